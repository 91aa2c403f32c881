internal import BoardInventory
internal import BuildEvents
import Foundation

/// What the lab says of LAVA users who send plain records with their own token: `senders` in `config.yaml`.
public struct PlainSenders: Hashable, Sendable {
  struct Entry: Hashable, Sendable {
    /// LAVA's username; `*` for everybody who has no entry of his own.
    let user: String
    let limits: SourceLimits
    let callbackSecretFile: String?
  }

  private let entries: [Entry]

  /// Nothing is said of anybody.
  public static let none = PlainSenders(entries: [])

  private init(entries: [Entry]) { self.entries = entries }

  /// Reads `senders: [{user: ci-bot, limits: {…}, callback_secret_file: ci-bot.secret}]`.
  ///
  /// Throws `FileMistake` for an unknown key, a repeated user, or a secret that cannot be read.
  init(_ yaml: FileMapping) throws(FileMistake) {
    var entries: [Entry] = []
    for entry in try yaml.mappings("senders") ?? [] {
      try entry.refuseKeys(otherThan: ["user", "limits", "callback_secret_file"])
      let user = try entry.requiredString("user", mend: "name the LAVA user, or '*' for everybody else")
      guard !entries.contains(where: { $0.user == user }) else {
        throw entry.mistake("user", "'\(user)' stands there twice", mend: "keep one entry")
      }
      let file = try entry.string("callback_secret_file").map { CallbackSecret.path($0, beside: entry.file) }
      try CallbackSecret.check(file, entry)
      entries.append(
        Entry(
          user: user, limits: try SourceLimits(try entry.mapping("limits"), of: "user \(user)"),
          callbackSecretFile: file))
    }
    self.entries = entries
  }

  func entry(of user: String) -> Entry? {
    entries.first { $0.user == user } ?? entries.first { $0.user == "*" }
  }

  /// The limits of a user.
  func limits(of user: String) -> SourceLimits { entry(of: user)?.limits ?? SourceLimits() }
}
