import BuildEvents
import LabSupport
import PostgresClient
import Testing

@testable import SchedulerPlugin

/// Protects names: whom LAVA does not show a board, a type or a job, Boardcast does not show it either.
@Suite("What an event's user may not see")
struct SightTests {
  /// Boards of which ci-bot may see one, not `secret`, and none of the type `vault`.
  private static func furnish(_ session: borrowing PostgresSession) throws {
    try LAVARows.addDeviceType("vault", session)
    try LAVARows.addDevice("open", type: "qemu", worker: "worker-1", session)
    try LAVARows.addDevice("secret", type: "qemu", worker: "worker-1", session)
    try LAVARows.addDevice("vault-1", type: "vault", worker: "worker-1", session)
    let owners = try LAVARows.addGroup("owners", session)
    try LAVARows.permit("view_device", device: "secret", group: owners, session)
    try LAVARows.permit("view_devicetype", deviceType: "vault", group: owners, session)
  }

  /// Doors into a lab where ci-bot's event is decided.
  private static func with(
    _ body: @escaping @Sendable (DoorsUnderTest, TestLab, Int64) async throws -> Void
  ) async throws {
    try await TestLab.with(boards: []) { lab in
      try await lab.connection.withTransaction { try furnish($0) }
      let id = try await lab.send()
      try await lab.pass()
      try await DoorsUnderTest.with(lab.configuration) { try await body($0, lab, id) }
    }
  }

  private static let hidden = ["secret", "vault"]

  @Test("Hidden boards and types are counted, never named, by every way of asking; a superuser sees all")
  func boards() async throws {
    try await Self.with { doors, _, id in
      for path in ["/api/v1/boards", "/api/v1/events/\(id)", "/api/v1/events/\(id)/explanation"] {
        let mine = try await doors.get(path, authorization: "Token \(doors.tokens.bot)")
        #expect(mine.status == 200)
        #expect(mine.json["hidden_boards"] == 2)
        #expect(mine.text.contains("open"))
        for name in Self.hidden { #expect(!mine.text.contains(name), "\(path)") }
        let all = try await doors.get(path, authorization: "Token \(doors.tokens.admin)")
        #expect(all.json["hidden_boards"] == 0)
        for name in Self.hidden { #expect(all.text.contains(name), "\(path)") }
      }
    }
  }

  @Test("A hidden board asked for by name answers as one that does not exist, and no hidden name is offered instead")
  func byName() async throws {
    try await Self.with { doors, _, id in
      func ask(_ board: String) async throws -> DoorsUnderTest.Answer {
        try await doors.get("/api/v1/events/\(id)/boards/\(board)", authorization: "Token \(doors.tokens.bot)")
      }
      #expect(try await ask("open").status == 200)
      let hidden = try await ask("secret")
      let unknown = try await ask("secrat")
      #expect(hidden.status == 404 && unknown.status == 404)
      #expect(hidden.text.replacing("secret", with: "X") == unknown.text.replacing("secrat", with: "X"))
    }
  }

  @Test("A job of the submitter's own that its event's user may not see: the state is shown, the job is not")
  func foreignJob() async throws {
    try await Self.with { doors, lab, id in
      let path = "/api/v1/events/\(id)"
      let before = try await doors.get(path, authorization: "Token \(doors.tokens.bot)")
      #expect(before.text.contains("job_id"))
      try await lab.connection.withTransaction { session in
        try LAVARows.addUser("other", session)
        _ = try session.execute(
          """
          UPDATE lava_scheduler_app_testjob
             SET is_public = false, submitter_id = (SELECT id FROM auth_user WHERE username = 'other')
          """)
      }
      for path in [path, path + "/explanation"] {
        let after = try await doors.get(path, authorization: "Token \(doors.tokens.bot)")
        #expect(!after.text.contains("job_id") && after.text.contains("\"queued\""), "\(path)")
      }
    }
  }

  @Test("Who is in the group sees what it may see, and another's event is nobody's but a superuser's")
  func others() async throws {
    try await Self.with { doors, lab, id in
      try await lab.connection.withTransaction { session in
        try LAVARows.addUser("owner", session)
        _ = try session.execute(
          """
          INSERT INTO auth_user_groups (user_id, group_id)
          SELECT u.id, g.id FROM auth_user u, auth_group g WHERE u.username = 'owner' AND g.name = 'owners'
          """)
      }
      try await lab.connection.withTransaction(.repeatableRead, readOnly: true) { session in
        let owner = try Sight.read(user: "owner", session)
        #expect(owner.shows(board: "secret", deviceType: "qemu") && owner.shows(deviceType: "vault"))
        #expect(try EventReport.read(id, catalogue: lab.files.catalogue, sight: owner, session) == nil)
        #expect(try Explanation.read(id, sight: owner, session) == nil)
        #expect(try StoredEvent.newest(10, sight: owner, session) == [])
        #expect(try StoredEvent.newest(10, sight: Sight.read(user: "ci-bot", session), session).map(\.id) == [id])
        #expect(throws: UnknownUser.self) { _ = try Sight.read(user: "nobody", session) }
      }
    }
  }

  @Test("A token of a user whom LAVA deleted opens nothing, and his event is left to superusers")
  func deletedUser() async throws {
    try await Self.with { doors, lab, _ in
      let dev = try await lab.connection.withTransaction { session in
        let id = try LAVARows.addUser("dev", session)
        _ = try session.execute(
          """
          INSERT INTO linaro_django_xmlrpc_authtoken (secret, description, created_on, user_id)
          VALUES ('devs-secret', '', now(), $1)
          """, [PostgresValue(id)])
        return "Token devs-secret"
      }
      let sent = try await doors.post(Example.record(["build_id": "18"]), authorization: dev)
      #expect(sent.status == 202)
      let url = try #require(sent.json["url"]?.stringValue)
      #expect(try await doors.get(url, authorization: dev).status == 200)
      try await LAVAProgram.run(
        "from django.contrib.auth.models import User\nUser.objects.get(username='dev').delete()", on: lab)
      let again = try await doors.post(Example.record(["build_id": "19"]), authorization: dev)
      #expect(again.status == 401 && again.code == "invalid_token")
      #expect(try await doors.get(url, authorization: dev).status == 401)
      #expect(try await doors.get(url, authorization: "Token \(doors.tokens.bot)").status == 404)
      #expect(try await doors.get(url, authorization: "Token \(doors.tokens.admin)").status == 200)
    }
  }
}
