import BoardInventory
import PostgresClient

/// What LAVA's submission would look up in its database about one user's jobs.
struct SubmissionFacts: Hashable, Sendable {
  /// LAVA's id of the user; nil asks about no user in particular.
  var userID: Int?
  /// Boards LAVA would not let the user submit to.
  var forbiddenBoards: Set<String> = []
  /// Names of LAVA's users, whom a job may notify; nil when nobody looked.
  var usernames: Set<String>?
  /// Names of LAVA's groups, who may be given sight of a job; nil when nobody looked.
  var groups: Set<String>?
  /// Which LAVA's schema of jobs counts.
  var rules: SubmissionRules = .lava2023_01

  /// Reads the facts; `userID` nil asks about no user in particular.
  static func read(userID: Int?, _ session: borrowing PostgresSession) throws -> SubmissionFacts {
    SubmissionFacts(
      userID: userID,
      forbiddenBoards: try userID.map { try SubmitPermission.forbiddenBoards(userID: $0, session) } ?? [],
      usernames: Set(try session.query("SELECT username FROM auth_user").map { try $0.string("username") }),
      groups: Set(try session.query("SELECT name FROM auth_group").map { try $0.string("name") }),
      rules: SubmissionRules(try LAVATables.read(session)))
  }

  /// The facts of users whom rules name as submitters; who is no active user of LAVA's is absent.
  func read(submitters names: Set<String>, _ session: borrowing PostgresSession) throws -> [String: SubmissionFacts] {
    guard !names.isEmpty else { return [:] }
    let ids = try session.query(Self.users, [.textArray(names.sorted())]).map {
      (name: try $0.string("username"), id: try $0.int("id"))
    }
    var all: [String: SubmissionFacts] = [:]
    for (name, id) in ids {
      var facts = self
      facts.userID = id
      facts.forbiddenBoards = try SubmitPermission.forbiddenBoards(userID: id, session)
      all[name] = facts
    }
    return all
  }

  private static let users: SQL = "SELECT id, username FROM auth_user WHERE username = ANY ($1::text[]) AND is_active"

  /// LAVA's words against a definition that only its database can say; nil when there are none.
  func refusal(of definition: JobDefinition) -> String? {
    if case .groups(let names) = definition.visibility, let groups, groups.isDisjoint(with: names) {
      return "No known groups were found in the visibility list."
    }
    if let usernames, let stranger = definition.notifiedUsers.first(where: { !usernames.contains($0) }) {
      return "'\(stranger)' is not an existing user in LAVA."
    }
    return nil
  }
}

extension SubmissionRules {
  /// The rules that fit the tables: a column of 2026.07 tells the newer ones, and in between the old ones are safe.
  init(_ tables: LAVATables) {
    self = tables.has("requested_device_id", in: "lava_scheduler_app_testjob") ? .lava2026_10 : .lava2023_01
  }
}
