import BuildEvents
import Foundation
import LabSupport
import PostgresClient

@testable import SchedulerPlugin

/// The lab's own LAVA in Python, looking at a test's database: what LAVA does there is what LAVA does.
enum LAVAProgram {
  /// Runs a program in `lava-server manage shell` that puts its answer into `answer`.
  ///
  /// - Parameter lab: whose database it works on.
  @discardableResult
  static func run(_ program: String, on lab: TestLab) async throws -> JSONValue {
    guard let database = lab.configuration.parameters["dbname"] else { throw LabSurprise("a database without a name") }
    let whole = """
      import json
      import lava_scheduler_app.signals
      from django.db import connections
      # The lab's publisher waits for ever for a row that its database has not, and forwards nothing more
      # (2026.10, lava-publisher.py:forward_event).
      lava_scheduler_app.signals.send_event = lambda *words: None
      connections["default"].close()
      connections["default"].settings_dict["NAME"] = "\(database)"
      answer = {}
      exec(\(quoted(program)))
      connections["default"].close()
      print("ANSWER" + json.dumps(answer))

      """
    let output = try await Command(
      Lab.repository + "/scripts/lab",
      ["manage", "--name", try Lab.current.get()["BOARDCAST_LAB_NAME"], "shell"], input: Data(whole.utf8)
    ).succeed()
    guard let line = output.split(separator: "\n").first(where: { $0.hasPrefix("ANSWER") }) else {
      throw LabSurprise("LAVA's shell said \(output)")
    }
    return try JSONValue.parse(
      Array(line.dropFirst("ANSWER".count).utf8), limits: Limits(bytes: 1 << 26, depth: 6, members: 1 << 22))
  }

  /// A text as Python and JSON both write it.
  private static func quoted(_ text: String) -> String {
    String(decoding: JSONValue.string(text).serialized, as: UTF8.self)
  }
}
