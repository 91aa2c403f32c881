import BoardInventory
import PostgresClient

/// What LAVA's submission would look up in its database about one user's jobs.
struct SubmissionFacts: Hashable, Sendable {
  /// LAVA's id of the user; nil asks about no user in particular.
  var userID: Int?
  /// How the user stands; nil when nobody in particular is asked about.
  var standing: UserStanding?
  /// Boards LAVA would not let the user submit to.
  var forbiddenBoards: Set<String> = []
  /// Whom and what a job may name in `notify`; nil when nobody looked.
  var names: NotifiableNames?
  /// Names of LAVA's groups, who may be given sight of a job; nil when nobody looked.
  var groups: Set<String>?
  /// Which LAVA's schema of jobs counts.
  var rules: SubmissionRules = .lava2023_01
  /// What LAVA's settings say of every job.
  var settings = JobSettings()

  /// Reads the facts; `userID` nil asks about no user in particular.
  static func read(
    userID: Int?, settings: JobSettings = JobSettings(), _ session: borrowing PostgresSession
  ) throws -> SubmissionFacts {
    SubmissionFacts(
      userID: userID, standing: try userID.flatMap { try UserStanding.read([$0], session)[$0] },
      forbiddenBoards: try userID.map { try SubmitPermission.forbiddenBoards(userID: $0, session) } ?? [],
      names: try NotifiableNames.read(session),
      groups: Set(try session.query("SELECT name FROM auth_group").map { try $0.string("name") }),
      rules: SubmissionRules(try LAVATables.read(session)), settings: settings)
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
      facts.standing = .active(name)
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
    return nil
  }
}

extension SubmissionRules {
  /// The rules that fit the tables: a column of 2026.07 tells the newer ones, and in between the old ones are safe.
  init(_ tables: LAVATables) {
    self = tables.has("requested_device_id", in: "lava_scheduler_app_testjob") ? .lava2026_10 : .lava2023_01
  }
}
