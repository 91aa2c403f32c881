import BuildEvents
import LabSupport
import PostgresClient
import TestRandom

@testable import SchedulerPlugin

/// Users, groups, permissions, boards and jobs nobody would think of, written into LAVA's tables; the same seed, the same
/// rows.
struct PermissionMatrix {
  /// Begins every name, so that it may stand beside other rows.
  let prefix: String
  var users: [String] = []
  var types: [String] = []
  var boards: [String] = []
  var workers: [String] = []
  var jobs: [Int] = []
  /// LAVA's ids by name.
  var ids: [String: Int] = [:]

  /// How much of everything.
  struct Size: Sendable {
    var users = 18
    var groups = 6
    var types = 16
    var boardsPerType = 6
    var workers = 5
    var jobs = 120
    /// In maintenance, where a scheduler runs that must leave the boards alone.
    var health = 0
  }

  func secret(_ user: String) -> String { "token-of-\(user)" }

  init(seed: UInt64, prefix: String = "", size: Size = Size(), _ session: borrowing PostgresSession) throws {
    self.prefix = prefix
    var random = SeededRandom(seed: seed)
    let groups = try (0..<size.groups).map { try LAVARows.addGroup("\(prefix)g\($0)", session) }
    try addUsers(size, groups: size.groups, &random, session)
    types = (0..<size.types).map { "\(prefix)t\($0)" }
    workers = (0..<size.workers).map { "\(prefix)w\($0)" }
    for type in types {
      try LAVARows.addDeviceType(type, session)
      try permit(.init(table: "devicetype", object: type), groups, &random, session)
    }
    for worker in workers {
      try LAVARows.addWorker(worker, state: 1, session)
      try permit(.init(table: "worker", object: worker), groups, &random, session)
    }
    for type in types {
      for number in 0..<size.boardsPerType {
        let board = "\(type)-\(number)"
        try LAVARows.addDevice(
          board, type: type, health: size.health, worker: workers.randomElement(using: &random), session)
        try permit(.init(table: "device", object: board), groups, &random, session)
        boards.append(board)
      }
    }
    try addJobs(size.jobs, groups, &random, session)
  }

  private static let everywhere = [
    "view_device", "submit_to_device", "change_device", "view_devicetype", "submit_to_devicetype", "change_devicetype",
    "view_worker", "change_worker", "view_testjob",
  ]

  private mutating func addUsers(
    _ size: Size, groups: Int, _ random: inout SeededRandom, _ session: borrowing PostgresSession
  ) throws {
    for number in 0..<size.users {
      let name = "\(prefix)u\(number)"
      // One superuser, one who left, one who left as a superuser; of the others one in three has something everywhere.
      ids[name] = try LAVARows.addUser(
        name, isActive: number != 1 && number != 2, isSuperuser: number == 0 || number == 2, session)
      users.append(name)
      _ = try session.execute(
        """
        INSERT INTO linaro_django_xmlrpc_authtoken (secret, description, created_on, user_id)
        SELECT $1, '', now(), id FROM auth_user WHERE username = $2
        """, [.text(secret(name)), .text(name)])
      for group in 0..<groups where Int.random(in: 0..<4, using: &random) == 0 {
        _ = try session.execute(
          """
          INSERT INTO auth_user_groups (user_id, group_id)
          SELECT u.id, g.id FROM auth_user u, auth_group g WHERE u.username = $1 AND g.name = $2
          """, [.text(name), .text("\(prefix)g\(group)")])
      }
      guard Int.random(in: 0..<3, using: &random) == 0, let codename = Self.everywhere.randomElement(using: &random)
      else { continue }
      try LAVARows.permitEverywhere(codename, user: name, session)
    }
    let group = try session.query("SELECT id FROM auth_group WHERE name = $1", [.text("\(prefix)g0")]).only {
      try $0.int("id")
    }
    if let codename = Self.everywhere.randomElement(using: &random) {
      try LAVARows.permitEverywhere(codename, group: group, session)
    }
  }

  private struct Place {
    let table: String
    let object: String
  }

  /// Half of the objects get nobody's permissions, the others some of some groups.
  private func permit(
    _ place: Place, _ groups: [Int], _ random: inout SeededRandom, _ session: borrowing PostgresSession
  ) throws {
    guard Bool.random(using: &random) else { return }
    for group in groups {
      for verb in ["view", "submit_to", "change"] where Int.random(in: 0..<6, using: &random) == 0 {
        let codename = "\(verb)_\(place.table)"
        switch place.table {
        case "device": try LAVARows.permit(codename, device: place.object, group: group, session)
        case "devicetype": try LAVARows.permit(codename, deviceType: place.object, group: group, session)
        default: try LAVARows.permit(codename, worker: place.object, group: group, session)
        }
      }
    }
  }

  private mutating func addJobs(
    _ count: Int, _ groups: [Int], _ random: inout SeededRandom, _ session: borrowing PostgresSession
  ) throws {
    for _ in 0..<count {
      let board = boards.randomElement(using: &random) ?? ""
      let type = types.first { board.hasPrefix($0 + "-") } ?? ""
      let job = try LAVARows.addJob(
        submitter: users.randomElement(using: &random) ?? "", type: type, isPublic: Bool.random(using: &random),
        board: Bool.random(using: &random) ? board : nil, session)
      jobs.append(job)
      for group in groups where Int.random(in: 0..<8, using: &random) == 0 {
        _ = try session.execute(
          "INSERT INTO lava_scheduler_app_testjob_viewing_groups (testjob_id, group_id) VALUES ($1, $2)",
          [PostgresValue(job), PostgresValue(group)])
      }
    }
  }
}
