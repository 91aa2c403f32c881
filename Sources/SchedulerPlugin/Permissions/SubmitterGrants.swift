internal import BoardInventory
internal import Matcher

/// Which rules may submit in the name of another LAVA user than the event's: `submitters` in `config.yaml`.
///
/// LAVA lets everybody submit in his own name only. A rule that names a submitter lets whoever sends an event do it in
/// that user's, so it takes a word of who runs the server, not only of who may edit rules.
public struct SubmitterGrants: Hashable, Sendable {
  /// One entry.
  struct Grant: Hashable, Sendable {
    /// The LAVA user whose jobs they become.
    let account: String
    /// The LAVA users for whose events it holds.
    let users: Set<String>
    /// The rules by which it holds; nil for all.
    let rules: Set<String>?
  }

  private let grants: [Grant]

  /// Nobody submits in another's name.
  public static let none = SubmitterGrants([])

  init(_ grants: [Grant]) { self.grants = grants }

  /// Reads `submitters`; nothing is granted where it is absent.
  ///
  /// Throws `FileMistake` for a key that is unknown, missing or empty.
  init(_ yaml: FileMapping) throws(FileMistake) {
    var grants: [Grant] = []
    for entry in try yaml.mappings("submitters") ?? [] {
      try entry.refuseKeys(otherThan: ["account", "for", "rules"])
      let account = try entry.requiredString("account", mend: "name the LAVA user whose jobs they become")
      guard let users = try entry.strings("for"), !users.isEmpty else {
        throw entry.mistake("for", "'for' is missing", mend: "list the LAVA users for whose events \(account) submits")
      }
      let rules = try entry.strings("rules")
      if let rules, rules.isEmpty {
        throw entry.mistake("rules", "'rules' is empty", mend: "name rules, or leave the key out for all of them")
      }
      grants.append(Grant(account: account, users: Set(users), rules: rules.map(Set.init)))
    }
    self.grants = grants
  }

  /// Why a rule may not submit in a user's name for an event of another; nil when it may.
  func refusal(of account: String, for user: String, rule: String) -> Reason? {
    if account == user || holds(account, rule: rule, { $0.contains(user) }) { return nil }
    return Reason(
      .permission,
      "config.yaml does not let rule '\(rule)' submit in the name of '\(account)' for events of '\(user)'; "
        + "add there: \(Self.entry(account, user, rule))")
  }

  /// Whether a rule may submit in a user's name for anybody's events.
  func mention(_ account: String, rule: String) -> Bool { holds(account, rule: rule) { _ in true } }

  /// The entry that would let it.
  static func entry(_ account: String, _ user: String, _ rule: String) -> String {
    "submitters: [{account: \(account), for: [\(user)], rules: [\(rule)]}]"
  }

  private func holds(_ account: String, rule: String, _ users: (Set<String>) -> Bool) -> Bool {
    grants.contains { $0.account == account && users($0.users) && $0.rules?.contains(rule) != false }
  }
}
