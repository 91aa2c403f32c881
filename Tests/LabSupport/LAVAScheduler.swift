import Foundation
public import PostgresClient

/// LAVA 2023.01's own scheduler on a server of a test's own, run pass by pass, with boards of type qemu that it can use.
public struct LAVAScheduler: Sendable {
  /// Whether there is such a LAVA here.
  public static var isThere: Bool { LAVACluster.root("2023.01") != nil }

  /// The server.
  public let cluster: LAVACluster
  private let folder: TemporaryFolder
  private let python: Dialogue

  /// A server with Boardcast's tables and so many boards, all idle, which `sync` knows; called `b-1` and so on.
  public static func with<Value: Sendable>(
    boards count: Int, _ body: (LAVAScheduler, PostgresConnection) async throws -> Value
  ) async throws -> Value {
    let cluster = try await LAVACluster(generation: "2023.01")
    try await cluster.enable()
    let connection = try await PostgresConnection.connect(cluster.configuration, logger: LAVADatabase.logger)
    let folder = try TemporaryFolder([
      "passes.py": try String(contentsOfFile: Lab.repository + "/Tests/lava/passes.py", encoding: .utf8)
    ])
    let boards = (1...count).map { "b-\($0)" }
    for board in boards {
      try folder.write(
        "devices/\(board).jinja2",
        """
        {% extends 'qemu.jinja2' %}
        {% set no_kvm = True %}
        {% set sync_to_lava = {'device_type': 'qemu', 'worker': 'worker-1', 'tags': ['shared']} %}

        """)
    }
    try await connection.withTransaction { session in
      try LAVARows.addDeviceType("qemu", session)
      for board in boards {
        try LAVARows.addDevice(board, type: "qemu", worker: "worker-1", isSynced: true, session)
      }
      _ = try session.execute(
        "UPDATE lava_scheduler_app_worker SET state = 0, health = 0, last_ping = now() WHERE hostname = 'worker-1'")
    }
    let python = try await Dialogue(
      cluster.manage(
        ["shell", "-c", "exec(compile(open('/lab/passes.py').read(), 'passes.py', 'exec'), {})"], folder: folder))
    let scheduler = LAVAScheduler(cluster: cluster, folder: folder, python: python)
    do {
      let value = try await body(scheduler, connection)
      await python.end()
      await connection.close()
      return value
    } catch {
      await python.end()
      await connection.close()
      throw error
    }
  }

  /// Says one of the commands of `Tests/lava/passes.py`; throws when LAVA could not do it.
  @discardableResult
  public func ask(_ command: String) async throws -> Int {
    let answer = try await python.ask(command).split(separator: " ")
    guard answer.first == "ok" else { throw LabMissing("LAVA: \(answer.joined(separator: " "))") }
    return answer.dropFirst().first.flatMap { Int($0) } ?? 0
  }

  /// One pass; how many jobs it gave to boards.
  @discardableResult
  public func pass() async throws -> Int { try await ask("pass") }
}
