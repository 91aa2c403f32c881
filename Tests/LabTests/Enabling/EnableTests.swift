import BuildEvents
import Foundation
import LabSupport
import PostgresClient
import Testing

/// Protects LAVA's database from us: what `enable` puts there is told, needed, and taken away without a trace.
@Suite(.timeLimit(.minutes(4))) struct EnableTests {
  private static let triggers: SQL = """
    SELECT count(*)::int AS count FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
     WHERE p.pronamespace = to_regnamespace('boardcast') AND t.tgrelid::regclass::text LIKE 'lava%'
    """

  @Test func fromEnableToPurge() async throws {
    try await EnabledDatabase.with { database in
      let before = try await database.schema()
      let dry = try await database.boardcast("enable", ["--dry-run"])
      #expect(dry.status == 0, "\(dry.complaint)")
      for words in ["CREATE SCHEMA boardcast", "CREATE ROLE \"\(database.role)\" LOGIN", "GRANT SELECT (\"hostname\""] {
        #expect(dry.output.contains(words), "\(words)")
      }
      #expect(try await database.schema() == before, "a dry run changes nothing")

      let first = try await database.boardcast("enable")
      #expect(first.status == 0, "\(first.complaint)")
      #expect(first.output.contains("made the role \(database.role)"))
      #expect(first.output.contains("applied 0001_events_and_assignments.sql"))
      let kept = try String(contentsOfFile: database.folder.path + "/database", encoding: .utf8)
      let password = try #require(try database.roleConfiguration().parameters["password"])
      #expect(kept.contains(password) && !first.output.contains(password) && !first.complaint.contains(password))
      let mode = try FileManager.default.attributesOfItem(atPath: database.folder.path + "/database")
      #expect(((mode[.posixPermissions] as? Int) ?? 0o777) & 0o007 == 0, "nobody else reads the password")
      let again = try await database.boardcast("enable")
      #expect(again.output == "Boardcast is enabled; there was nothing to do.\n")
      let doctor = try await database.asRole(["doctor"])
      #expect(doctor.status == 0 && doctor.output.contains("the role \(database.role) may read"), "\(doctor.output)")
      try await work(database)
      try await disableAndBack(database)

      let jobs = try await database.count("SELECT count(*)::int AS count FROM lava_scheduler_app_testjob")
      let purge = try await database.boardcast("disable", ["--purge"])
      #expect(purge.status == 0, "\(purge.complaint)")
      #expect(purge.output.contains("dropped the role \(database.role)"), "\(purge.output)")
      #expect(try await database.schema() == before, "no trace is left")
      #expect(!FileManager.default.fileExists(atPath: database.folder.path + "/database"))
      #expect(
        try await database.count("SELECT count(*)::int AS count FROM lava_scheduler_app_testjob") == jobs && jobs > 0,
        "LAVA's jobs are LAVA's")
      let attached: SQL = """
        SELECT count(*)::int AS count FROM lava_scheduler_app_device_tags d
          JOIN lava_scheduler_app_tag t ON t.id = d.tag_id WHERE t.name LIKE 'board-%'
        """
      #expect(try await database.count(attached) == 0)
      if !Lab.knowsRequestedDevices { #expect(purge.output.contains("because finished jobs name them: board-qemu-01")) }
    }
  }

  /// The whole way of events, with the role that may least.
  private func work(_ database: EnabledDatabase) async throws {
    try await database.boards { try await $0.register() }
    try await ServePlace.with(try database.roleConfiguration()) { place in
      let serve = try await place.serve()
      #expect(try await serve.producer.send(nanoEvent("n-1")).status == 202)
      try await database.boards { boards in
        try await boards.decided(["n-1"])
        try await boards.set(health: 1, of: "qemu-03")
        try await boards.assignment("n-1", "qemu-03", is: "queued")
        let ledger = try await boards.ledger()
        #expect(ledger.jobs.count == 3 && ledger.assignments.allSatisfy { $0.job != nil })
        try await boards.finishJobs()
        for board in Bench.compatible { try await boards.assignment("n-1", board, is: "finished") }
      }
      let answer = try await serve.producer.get("/api/v1/events/1/explanation")
      #expect(answer.status == 200, "\(answer.json.canonical)")
      #expect(try await serve.producer.get("/api/v1/events/1/boards/panda-01").status == 200)
      let refused = try await database.boardcast("disable")
      #expect(refused.status == 1 && refused.complaint.contains("stop it first"), "\(refused.complaint)")
      #expect(!serve.log.contains("permission denied"), "\(serve.log)")
      #expect(try await serve.terminate() == 0)
    }
    for words in [
      ["events", "list"], ["boards", "list"], ["rules", "check"], ["rules", "replay"], ["types", "check"],
    ] {
      let outcome = try await database.asRole(words)
      #expect(!outcome.complaint.contains("permission denied"), "\(words): \(outcome.complaint)")
    }
  }

  private func disableAndBack(_ database: EnabledDatabase) async throws {
    let whole = try await database.count(Self.triggers)
    #expect(whole >= 32)
    let disabled = try await database.boardcast("disable")
    #expect(disabled.status == 0, "\(disabled.complaint)")
    #expect(try await database.count(Self.triggers) == 0)
    #expect(try await database.count("SELECT count(*)::int AS count FROM boardcast.assignment") == 3, "history stays")
    let doctor = try await database.asRole(["doctor"])
    #expect(doctor.status == 1 && doctor.output.contains("run 'boardcast enable'"), "\(doctor.output)")
    try await ServePlace.with(try database.roleConfiguration()) { place in
      let serve = try place.start()
      try await serve.logs("Boardcast is disabled in this database; run 'boardcast enable'")
      #expect(try await serve.readiness()?.status == 503)
      let back = try await database.boardcast("enable")
      #expect(back.output.contains("switched on what 'disable' had switched off"), "\(back.output)\(back.complaint)")
      #expect(try await database.count(Self.triggers) == whole)
      try await serve.becomes("writing")
      #expect(try await serve.terminate() == 0)
    }
  }

  /// Everything that could harm LAVA is refused by PostgreSQL itself.
  @Test func theRoleMayNotHarmLAVA() async throws {
    let forbidden: [SQL] = [
      "UPDATE lava_scheduler_app_testjob SET state = 5", "DELETE FROM lava_scheduler_app_testjob",
      "UPDATE lava_scheduler_app_device SET health = 0", "DELETE FROM lava_scheduler_app_device",
      "INSERT INTO lava_scheduler_app_device (hostname) VALUES ('x')",
      "UPDATE lava_scheduler_app_worker SET state = 0", "DELETE FROM lava_scheduler_app_worker",
      "UPDATE auth_user SET is_superuser = true", "DELETE FROM auth_user",
      "INSERT INTO auth_user (username) VALUES ('x')", "UPDATE auth_group SET name = 'x'",
      "DELETE FROM auth_group", "INSERT INTO auth_user_groups (user_id, group_id) VALUES (1, 1)",
      "UPDATE lava_scheduler_app_tag SET name = 'x'", "DELETE FROM lava_scheduler_app_tag",
      "DELETE FROM lava_scheduler_app_device_tags", "DELETE FROM lava_scheduler_app_testjob_tags",
      "TRUNCATE lava_scheduler_app_alias", "INSERT INTO lava_scheduler_app_devicetype (name) VALUES ('x')",
      "INSERT INTO lava_scheduler_app_groupdevicepermission (device_id) VALUES ('x')",
      "SELECT password FROM auth_user", "SELECT email FROM auth_user", "SELECT * FROM auth_user",
      "SELECT token FROM lava_scheduler_app_worker", "SELECT token FROM lava_scheduler_app_testjob",
      "SELECT definition FROM lava_scheduler_app_testjob", "SELECT secret FROM linaro_django_xmlrpc_authtoken",
      "SELECT session_data FROM django_session", "SELECT * FROM django_migrations",
      "SELECT hostname FROM lava_scheduler_app_device FOR KEY SHARE",
      "DO $$ BEGIN LOCK TABLE lava_scheduler_app_testjob; END $$",
      "SELECT setval(pg_get_serial_sequence('public.lava_scheduler_app_testjob', 'id'), 1)",
      "CREATE TABLE boardcast.mine (x int)", "DROP TABLE boardcast.event", "DROP SCHEMA boardcast CASCADE",
      "DROP TRIGGER boardcast_updated ON lava_scheduler_app_device",
      "ALTER TABLE lava_scheduler_app_device DISABLE TRIGGER ALL",
      "CREATE TRIGGER mine AFTER INSERT ON lava_scheduler_app_testjob EXECUTE FUNCTION boardcast.inventory_changed()",
      "UPDATE boardcast.migration SET checksum = ''", "UPDATE boardcast.enabling SET enabled = false",
      "DELETE FROM boardcast.registration", "CREATE ROLE mine", "CREATE DATABASE mine",
    ]
    try await EnabledDatabase.with { database in
      let enabled = try await database.boardcast("enable")
      try #require(enabled.status == 0, "\(enabled.complaint)")
      let connection = try await PostgresConnection.connect(
        try database.roleConfiguration(), logger: LAVADatabase.logger)
      for statement in forbidden {
        let error = await #expect(throws: PostgresError.self, "\(statement)") {
          try await connection.withSession { session in _ = try session.execute(statement) }
        }
        #expect(error?.sqlState == "42501", "\(statement): \(error.map { "\($0)" } ?? "it was allowed")")
      }
      await connection.close()
      print("EnableTests: \(forbidden.count) statements refused to the role")
    }
  }

  /// Debian's way, without `--superuser`: psql as the system's user postgres, who is trusted on the server's socket.
  @Test(.enabled(if: geteuid() == 0)) func theSystemsUserPostgresMakesTheRole() async throws {
    try await EnabledDatabase.with { database in
      let name = try #require(database.owner.parameters["dbname"])
      let socket = try PostgresConfiguration(connectionString: Lab.current.get()["BOARDCAST_LAB_URL"])
        .with(database: name).connectionString
      let words = ["--database", socket, "--config-dir", database.folder.path, "--role", database.role]
      let enable = try await Program.boardcast(["enable"] + words)
      #expect(enable.status == 0, "\(enable.complaint)")
      #expect(enable.output.contains("made the role \(database.role)"), "\(enable.output)")
      let roles: SQL = "SELECT count(*)::int AS count FROM pg_roles WHERE rolname LIKE 'bc!_' || $1 ESCAPE '!'"
      func count() async throws -> Int {
        try await database.boards { boards in
          try await boards.connection.withSession {
            try $0.query(roles, [.text(String(name.suffix(12)))]).only { try $0.int("count") }
          }
        }
      }
      #expect(try await count() == 1)
      let again = try await Program.boardcast(["enable"] + words)
      #expect(again.output == "Boardcast is enabled; there was nothing to do.\n", "\(again.complaint)")
      // PostgreSQL's own words come through: nobody becomes a superuser's equal by a name that is taken.
      let taken = try await Program.boardcast(["enable"] + words.dropLast() + ["postgres"])
      #expect(taken.status == 1 && taken.complaint.contains("may more than Boardcast's role should"))
      let purge = try await Program.boardcast(["disable", "--purge"] + words)
      #expect(purge.status == 0 && purge.output.contains("dropped the role \(database.role)"), "\(purge.complaint)")
      #expect(try await count() == 0)
    }
  }

  /// Without anybody who may make a role, the rest is done and the mend is told.
  @Test func noSuperuser() async throws {
    try await EnabledDatabase.with { database in
      let words = ["enable", "--database", database.owner.connectionString, "--config-dir", database.folder.path]
      let refused = try await Program.boardcast(
        words + ["--role", database.role, "--superuser", database.owner.connectionString])
      #expect(refused.status == 1)
      #expect(refused.complaint.contains("the role \(database.role) cannot be made"), "\(refused.complaint)")
      #expect(refused.complaint.contains("--as-lava"))
      let plain = try await Program.boardcast(words + ["--as-lava"])
      #expect(plain.status == 0, "\(plain.complaint)")
      let mighty = try await Program.boardcast(words + ["--role", "postgres", "--superuser", database.superuser])
      #expect(mighty.status == 1 && mighty.complaint.contains("may more than Boardcast's role should"))
    }
  }
}
