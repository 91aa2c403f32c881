import BuildEvents
import Foundation
import LabSupport
import PostgresClient
import Testing

/// A lab for one page: a user `ci-bot` with a token, boards that are all well, a folder in the place of `/etc/boardcast`
/// with the page's files in it, and a LAVA that ends each job at once.
struct PageLab: Sendable {
  let bench: Bench
  let serve: ServeProcess
  let environment: [String: String]

  static let secret = "c0ffee00secret00of00the00pages00"

  var folder: String { bench.place.folder.path }

  /// - Parameter before: what happens at the lab before it serves.
  static func with(
    health: Int = 1, before: (TemporaryFolder, [String: String]) async throws -> Void = { _, _ in },
    _ body: (PageLab) async throws -> Void
  ) async throws {
    try await Bench.with { bench in
      try await bench.boards.set(health: 1, of: "qemu-03")
      try await bench.boards.connection.withSession {
        // The lab's own ci-bot, with the token of the tests' sender.
        try $0.script(
          """
          UPDATE linaro_django_xmlrpc_authtoken
             SET user_id = (SELECT id FROM auth_user WHERE username = 'ci-bot') WHERE secret = 'token0of0tester'
          """)
      }
      let place = bench.place
      let environment = [
        "BOARDCAST_TOKEN": LabBoards.token, "SECRET": secret, "BOARDCAST_CONFIG_DIR": place.folder.path,
        "BOARDCAST_DATABASE": place.database.connectionString, "no_proxy": "*",
        "PATH": [
          place.folder.path + "/bin", URL(fileURLWithPath: Lab.program).deletingLastPathComponent().path,
          ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
        ].joined(separator: ":"),
      ]
      try await before(place.folder, environment)
      let serve = try await place.serve()
      let lab = PageLab(
        bench: bench, serve: serve, environment: environment.merging(["BOARDCAST_URL": serve.url]) { $1 })
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          while true {
            do {
              try await lab.endJobs(health: health)
              try await Task.sleep(for: .milliseconds(200))
            } catch {
              // The page is done; whatever was under way then says so in words of its own.
              if Task.isCancelled { return }
              throw error
            }
          }
        }
        try await body(lab)
        group.cancelAll()
        try await group.waitForAll()
      }
      #expect(!serve.log.contains(secret) && !serve.log.contains(LabBoards.token), "a secret stands in the log")
    }
  }

  /// What LAVA writes when its jobs are over; health 1 is Complete, 2 Incomplete (lava_scheduler_app/models.py:TestJob).
  private func endJobs(health: Int) async throws {
    try await bench.boards.connection.withSession { session in
      _ = try session.query(
        """
        UPDATE lava_scheduler_app_testjob
           SET state = 5, health = $1::bigint::integer, start_time = now(), end_time = now() WHERE state <> 5
        """, [PostgresValue(health)])
      _ = try session.query("SELECT pg_notify('boardcast_event', '')")
    }
  }

  /// Runs a script in the folder.
  static func run(
    _ shell: [String], _ script: String, in folder: TemporaryFolder, _ environment: [String: String]
  ) async throws -> Command.Outcome {
    let file = try folder.write("script-\(UUID().uuidString)", script)
    defer { try? FileManager.default.removeItem(atPath: file) }
    return try await Program.run(
      "/bin/sh", ["-c", "cd \"$1\" && shift && exec \"$@\"", "sh", folder.path] + shell + [file],
      environment: environment)
  }

  /// Runs it; it must end well.
  func succeed(_ shell: [String], _ script: String, _ what: String, _ more: [String: String] = [:]) async throws {
    let outcome = try await Self.run(
      shell, script, in: bench.place.folder, environment.merging(more) { _, new in new })
    try #require(outcome.status == 0, "\(what) ended \(outcome.status): \(outcome.output)\(outcome.complaint)")
  }

  /// All events, as the doors tell of them.
  func events() async throws -> [JSONValue] {
    let answer = try await serve.producer.get("/api/v1/events?limit=500")
    return try #require(answer.json["events"]?.arrayValue)
  }
}
