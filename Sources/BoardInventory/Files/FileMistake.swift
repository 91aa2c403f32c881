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

  /// Where a key stands first that stands there twice, counted from 1; nil for every other mistake.
  let repeatedKey: Place?

  /// A character's place in a file.
  struct Place: Hashable, Sendable {
    let line: Int
    let column: Int
  }

  /// A mistake at a place.
  public init(file: String, line: Int? = nil, message: String, mend: String? = nil) {
    self.init(file: file, line: line, message: message, mend: mend, repeatedKey: nil)
  }

  init(file: String, line: Int?, message: String, mend: String?, repeatedKey: Place?) {
    self.repeatedKey = repeatedKey
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
