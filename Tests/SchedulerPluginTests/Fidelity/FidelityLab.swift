import BoardInventory
import BuildEvents
import Foundation
import LabSupport
import Matcher
import PostgresClient

@testable import SchedulerPlugin

/// Two clones of one LAVA database: on one LAVA's REST submits, on the other our writer writes.
struct FidelityLab: Sendable {
  let ours: PostgresConnection
  let theirs: PostgresConnection
  let theirDatabase: String
  private let types: [String]

  /// The board for jobs of a type.
  static func board(_ type: String) -> String { "fid-\(type)" }

  /// Where jobs go whose own type is not known.
  static let usualType = "qemu"

  /// Makes a database with a board of each type, all of them with all tags and with their own, and two clones of it.
  static func with<Value: Sendable>(
    _ cases: [FidelityCase], _ body: (FidelityLab) async throws -> Value
  ) async throws -> Value {
    let types = Set(cases.compactMap(\.deviceType)).union([usualType]).sorted()
    let tags = Set(cases.flatMap(\.tags)).sorted()
    return try await LAVADatabase.with(migrated: false) { base in
      let connection = try await PostgresConnection.connect(base, logger: LAVADatabase.logger)
      try await connection.withTransaction { try fill(types, tags, $0) }
      await connection.close()
      return try await LAVADatabase.withClone(of: base) { theirs in
        try await LAVADatabase.withClone(of: base) { ours in
          try await LAVADatabase.migrate(ours)
          let lab = FidelityLab(
            ours: try await PostgresConnection.connect(ours, logger: LAVADatabase.logger),
            theirs: try await PostgresConnection.connect(theirs, logger: LAVADatabase.logger),
            theirDatabase: theirs.parameters["dbname"] ?? "", types: types)
          do {
            let value = try await body(lab)
            await lab.ours.close()
            await lab.theirs.close()
            return value
          } catch {
            await lab.ours.close()
            await lab.theirs.close()
            throw error
          }
        }
      }
    }
  }

  private static func fill(_ types: [String], _ tags: [String], _ session: borrowing PostgresSession) throws {
    try LAVARows.addWorker("worker-1", session)
    try LAVARows.addUser("stranger", session)
    for group in ["a", "developers"] { try LAVARows.addGroup(group, session) }
    for name in tags {
      _ = try session.execute("INSERT INTO lava_scheduler_app_tag (name) VALUES ($1)", [.text(name)])
    }
    for type in types {
      try LAVARows.addDeviceType(type, session)
      try LAVARows.addDevice(board(type), type: type, worker: "worker-1", session)
    }
    _ = try session.execute(
      """
      INSERT INTO lava_scheduler_app_device_tags (device_id, tag_id)
      SELECT d.hostname, t.id FROM lava_scheduler_app_device d, lava_scheduler_app_tag t
      """)
    // The writer finds its boards' own tags in place, so that both clones have the same tags before anything is done.
    let rules = SubmissionRules(try LAVATables.read(session))
    if BoardRoute(rules) == .ownTag { try OwnTags.attach(types.map(board), session) }
    _ = try session.execute(
      """
      INSERT INTO lava_results_app_query
             (owner_id, name, content_type_id, is_live, is_published, is_updating, is_archived, is_changed, "limit")
      SELECT u.id, 'mine', c.id, true, true, false, false, false, 10
        FROM auth_user u, django_content_type c
       WHERE u.username = 'ci-bot' AND c.app_label = 'lava_scheduler_app' AND c.model = 'testjob'
      """)
  }

  /// Everything a type needs to be compatible with the example's event.
  var catalogue: DeviceCatalogue {
    DeviceCatalogue(
      types.map { DeviceTypeEntry(deviceType: $0, capabilities: Example.capable, sources: [:], file: "f") })
  }
}
