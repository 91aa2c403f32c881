import Foundation
import LabSupport
import PostgresClient

/// What the triggers add to LAVA's own update of a device, by SQL and by LAVA's own `Device.save()`.
struct TriggerCost {
  let lab: BenchLab

  func measure(rounds: Int) async throws -> [Figure] {
    let host = try await lab.connection.withSession { session in
      try session.query("SELECT min(hostname) AS hostname FROM lava_scheduler_app_device").only {
        try $0.string("hostname")
      }
    }
    let folder = try TemporaryFolder([
      "changes.py": try String(contentsOfFile: Lab.repository + "/Tests/lava/changes.py", encoding: .utf8)
    ])
    let python = try await Dialogue(
      lab.cluster.manage(
        ["shell", "-c", "exec(compile(open('/lab/changes.py').read(), 'changes.py', 'exec'), {})"], folder: folder))
    var (with, without): ([Double], [Double]) = ([], [])
    var (saveWith, saveWithout): ([Double], [Double]) = ([], [])
    for _ in 1...rounds {
      for isOn in [true, false] {
        try await turn(isOn)
        let time = try await statement(host)
        let answer = try await python.ask("save \(host) 100").split(separator: " ")
        guard answer.first == "ok", let seconds = answer.last.flatMap({ Double($0) }) else {
          throw BenchTrouble(description: answer.joined(separator: " "))
        }
        if isOn { with.append(time) } else { without.append(time) }
        if isOn { saveWith.append(seconds * 10) } else { saveWithout.append(seconds * 10) }
      }
    }
    try await turn(true)
    await python.end()
    return [
      Figure(
        name: "UPDATE of one device with the triggers", unit: "ms", samples: with, floor: ("without", without)),
      Figure(
        name: "LAVA's Device.save() with the triggers", unit: "ms", samples: saveWith, floor: ("without", saveWithout)),
    ]
  }

  private func turn(_ isOn: Bool) async throws {
    try await lab.connection.withSession { session in
      try session.script(
        isOn
          ? "ALTER TABLE lava_scheduler_app_device ENABLE TRIGGER boardcast_updated"
          : "ALTER TABLE lava_scheduler_app_device DISABLE TRIGGER boardcast_updated")
    }
  }

  /// The mean of 100, each a transaction of its own, as LAVA's are.
  private func statement(_ host: String) async throws -> Double {
    try await lab.connection.withSession { session in
      let begun = ContinuousClock.now
      for turn in 0..<100 {
        try session.execute(
          "UPDATE lava_scheduler_app_device SET state = $1 WHERE hostname = $2", [PostgresValue(turn % 2), .text(host)])
      }
      return begun.duration(to: .now) / .milliseconds(100)
    }
  }
}

struct BenchTrouble: Error, CustomStringConvertible {
  let description: String
}
