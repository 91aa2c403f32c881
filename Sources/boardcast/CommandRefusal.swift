/// A command cannot do what it was asked; one line says why.
struct CommandRefusal: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
