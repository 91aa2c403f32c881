/// How a build ended. Only ``success`` schedules tests; any other word is kept with the event.
public enum BuildStatus: Sendable, Hashable, CustomStringConvertible {
  /// The build succeeded: "success" in any case of letters.
  case success
  /// Any other outcome, in the producer's own word.
  case other(String)

  /// Reads a producer's word.
  public init(_ word: String) {
    self = word.lowercased() == "success" ? .success : .other(word)
  }

  /// "success" or the producer's word.
  public var description: String {
    switch self {
    case .success: "success"
    case .other(let word): word
    }
  }
}
