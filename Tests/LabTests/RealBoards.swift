import BuildEvents
import Foundation
import LabSupport
import PostgresClient
import Testing

/// QEMU boards of a real LAVA, registered for one test by LAVA's own commands and retired after it: boards of earlier
/// runs are gone to LAVA and to Boardcast.
struct RealBoards: Sendable {
  let lab: Lab
  private let run = String(UUID().uuidString.lowercased().prefix(8))

  var ready: [String] { ["first", "second"].map { "\($0)-\(run)" } }
  var inMaintenance: String { "third-\(run)" }
  var ofAnotherType: String { "beagle-\(run)" }
  var all: [String] { ready + [inMaintenance, ofAnotherType] }

  /// A build nobody else sends.
  func build(_ name: String) -> String { "\(name)-\(run)" }

  func register() async throws {
    let lava = try await PostgresConnection.connect(
      PostgresConfiguration(connectionString: lab["BOARDCAST_LAB_URL"]), logger: LAVADatabase.logger)
    try await lava.withTransaction { session in
      for type in ["qemu", "beaglebone-black"] { try LAVARows.show(type: type, session) }
    }
    await lava.close()
    for board in ready + [inMaintenance] {
      try dictionary(board, "{% extends 'qemu.jinja2' %}\n{% set no_kvm = True %}\n{% set memory = 256 %}\n")
    }
    try dictionary(ofAnotherType, "{% extends 'beaglebone-black.jinja2' %}\n")
    for board in ready { try await add(board, "qemu") }
    try await add(inMaintenance, "qemu", ["--offline"])
    try await add(ofAnotherType, "beaglebone-black")
    try await update(inMaintenance, health: "MAINTENANCE")
  }

  func retire() async throws {
    for board in all {
      try await update(board, health: "RETIRED")
      try FileManager.default.removeItem(atPath: path(of: board))
    }
  }

  func update(_ board: String, health: String) async throws {
    let outcome = try await manage(["devices", "update", "--health", health, board])
    try #require(outcome.status == 0, "\(outcome.complaint)")
  }

  private func add(_ board: String, _ type: String, _ more: [String] = []) async throws {
    let worker = try lab["BOARDCAST_LAB_WORKER"]
    let outcome = try await manage(["devices", "add", board, "--device-type", type, "--worker", worker] + more)
    try #require(outcome.status == 0, "\(outcome.complaint)")
  }

  private func manage(_ words: [String]) async throws -> Command.Outcome {
    try await Program.run(
      Lab.repository + "/scripts/lab", ["manage", "--name", lab["BOARDCAST_LAB_NAME"], "--"] + words)
  }

  private func path(of board: String) throws -> String { try "\(lab["BOARDCAST_LAB_DEVICES"])/\(board).jinja2" }

  private func dictionary(_ board: String, _ text: String) throws {
    try text.write(toFile: path(of: board), atomically: false, encoding: .utf8)
  }

  /// State and health of a job, in LAVA's words, from LAVA's REST.
  func job(_ id: Int64) async throws -> String {
    let lava = Producer(url: try lab["BOARDCAST_LAB_LAVA_URL"], token: try lab["BOARDCAST_LAB_TOKEN"])
    let answer = try await lava.get("/api/v0.2/jobs/\(id)/")
    return "\(answer.json["state"]?.stringValue ?? "?") \(answer.json["health"]?.stringValue ?? "?")"
  }
}
