internal import PostgresClient
internal import Synchronization

/// What enabling or disabling did, in words, or in a dry run what it would do, as SQL.
public final class EnablingLog: Sendable {
  /// Whether nothing is to be done.
  public let isDryRun: Bool
  private let say: @Sendable (String) -> Void
  private let counted = Mutex(0)

  /// - Parameter say: takes one line, or in a dry run a comment and its statements.
  public init(isDryRun: Bool, say: @escaping @Sendable (String) -> Void) {
    self.isDryRun = isDryRun
    self.say = say
  }

  /// How much was done, or would be.
  public var steps: Int { counted.withLock { $0 } }

  func did(_ words: String) {
    counted.withLock { $0 += 1 }
    say(words)
  }

  func would(_ words: String, _ statements: [SQL]) {
    counted.withLock { $0 += 1 }
    var text = "-- \(words)"
    for statement in statements {
      let body = statement.description.trimmingTrailingWhitespace()
      text += "\n" + body + (body.hasSuffix(";") ? "" : ";")
    }
    say(text + "\n")
  }

  /// Something that stays as it is, and why.
  func left(_ words: String) { say(isDryRun ? "-- \(words)" : words) }
}

extension String {
  fileprivate func trimmingTrailingWhitespace() -> String {
    var text = self[...]
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return String(text)
  }
}
