/// Something wrong in a file that people write: where it is, what it is, and how to mend it.
public struct FileMistake: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file's path as it was given.
  public let file: String
  /// The line, counted from 1; nil when the whole file is meant.
  public let line: Int?
  /// What is wrong.
  public let message: String
  /// What to write instead, when that is known.
  public let mend: String?

  /// A mistake at a place.
  public init(file: String, line: Int? = nil, message: String, mend: String? = nil) {
    self.file = file
    self.line = line
    self.message = message
    self.mend = mend
  }

  /// One line: `file:line: message; mend`.
  public var description: String {
    let place = line.map { "\(file):\($0)" } ?? file
    return mend.map { "\(place): \(message); \($0)" } ?? "\(place): \(message)"
  }
}
