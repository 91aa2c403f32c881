import Foundation
import LabSupport
import PostgresClient
import SchedulerPlugin
import Testing

/// Boards of many types in a real LAVA, registered through its own code for one test and retired after it; and the same
/// boards in a database of the test's own, on which Boardcast works.
struct DictionaryBoards: Sendable {
  /// Stands in every dictionary as a power command's password.
  static let secret = "hunter2hunter2"

  let lab: Lab
  let database: PostgresConfiguration
  let connection: PostgresConnection
  let folder: TemporaryFolder
  /// Device types by hostname.
  let types: [String: String]

  /// Registers them, works, and retires them.
  ///
  /// - Parameter types: names of LAVA's templates; each gets one board whose dictionary extends it.
  static func with(_ types: [String], _ body: (DictionaryBoards) async throws -> Void) async throws {
    let run = UUID().uuidString.lowercased().prefix(8)
    let named = Dictionary(
      uniqueKeysWithValues: types.enumerated().map { ("dict-\(run)-\($0.offset)", $0.element) })
    try await LAVADatabase.with { database in
      let connection = try await PostgresConnection.connect(database, logger: LAVADatabase.logger)
      try await TemporaryFolder.with { folder in
        let boards = DictionaryBoards(
          lab: try Lab.current.get(), database: database, connection: connection, folder: folder, types: named)
        try await boards.register()
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await body(boards)) } catch { outcome = .failure(error) }
        try await boards.retire()
        try outcome.get()
      }
      await connection.close()
    }
  }

  /// Writes `config.yaml` that names this LAVA, and gives the options of every command.
  func options(token: String? = nil, url: String? = nil, perSecond: Int = 40) throws -> [String] {
    try folder.write("token", token ?? lab["BOARDCAST_LAB_TOKEN"])
    try folder.write(
      "config.yaml",
      """
      lava_url: \(url ?? (try lab["BOARDCAST_LAB_LAVA_URL"]))
      lava_token_file: \(folder.path)/token
      lava_dictionaries: \(try lab["BOARDCAST_LAB_DEVICES"])
      dictionary_requests_per_second: \(perSecond)

      """)
    return ["--database", database.connectionString, "--config-dir", folder.path]
  }

  /// What is kept of a board's dictionary.
  func problem(of hostname: String) async throws -> String? {
    try await connection.withSession { session in
      try session.query("SELECT problem FROM boardcast.dictionary WHERE hostname = $1", [.text(hostname)])
        .map { try $0.optionalString("problem") ?? "none" }.first
    }
  }

  /// Of how many boards something is kept.
  func kept() async throws -> Int {
    try await connection.withSession { session in
      try session.query("SELECT count(*) AS n FROM boardcast.dictionary").only { try $0.int("n") }
    }
  }

  /// Writes a board's dictionary as an admin does, with a time later than any before.
  func write(_ text: String, to hostname: String) throws {
    let path = "\(try lab["BOARDCAST_LAB_DEVICES"])/\(hostname).jinja2"
    try text.write(toFile: path, atomically: false, encoding: .utf8)
    try FileManager.default.setAttributes([.modificationDate: Date() + 5], ofItemAtPath: path)
  }

  private func register() async throws {
    let json = String(decoding: try JSONEncoder().encode(types), as: UTF8.self)
    try await manage(
      """
      import json
      from lava_scheduler_app.models import Device, DeviceType, Worker
      from lava_server.files import File
      for hostname, name in json.loads('\(json)').items():
          File("device", hostname).write(
              "{% extends '" + name + ".jinja2' %}\\n"
              "{% set power_off_command = 'curl http://admin:\(Self.secret)@pdu/off' %}\\n")
          device_type, _ = DeviceType.objects.get_or_create(name=name)
          Device.objects.create(
              hostname=hostname, device_type=device_type, worker_host=Worker.objects.first(),
              health=Device.HEALTH_MAINTENANCE)

      """)
    try await connection.withSession { session in
      for (hostname, type) in types {
        _ = try session.execute(
          """
          INSERT INTO lava_scheduler_app_devicetype
                 (name, display, health_denominator, health_frequency, disable_health_check)
          VALUES ($1, true, 0, 24, false) ON CONFLICT DO NOTHING
          """, [.text(type)])
        try LAVARows.addDevice(hostname, type: type, worker: nil, session)
      }
    }
  }

  private func retire() async throws {
    try await manage(
      """
      from lava_scheduler_app.models import Device
      Device.objects.filter(hostname__in=\(types.keys.sorted())).delete()

      """)
    for hostname in types.keys {
      try? FileManager.default.removeItem(atPath: "\(lab["BOARDCAST_LAB_DEVICES"])/\(hostname).jinja2")
    }
  }

  private func manage(_ script: String) async throws {
    let outcome = try await Program.run(
      Lab.repository + "/scripts/lab", ["manage", "--name", lab["BOARDCAST_LAB_NAME"], "--", "shell"],
      input: Data(script.utf8))
    try #require(outcome.status == 0 && !outcome.complaint.contains("Error"), "\(outcome.complaint)")
  }
}
