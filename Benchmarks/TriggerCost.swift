import Foundation
import LabSupport
import PostgresClient

/// What each of the triggers adds to LAVA's own update of a device, by SQL and by LAVA's own `Device.save()`.
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
    var figures: [Figure] = []
    for (trigger, name) in [("boardcast_updated", "the inventory's trigger"), ("boardcast_pool", "the pools' trigger")]
    {
      figures += try await cost(of: trigger, name, host, python, rounds: rounds)
    }
    try await openPools(host)
    figures += try await cost(
      of: "boardcast_pool", "the pools' trigger, a board in a pool", host, python, rounds: rounds)
    try await lab.connection.withSession { try $0.script("DELETE FROM boardcast.pool") }
    await python.end()
    return figures
  }

  /// With and without one trigger; the others are on all the time.
  private func cost(
    of trigger: String, _ name: String, _ host: String, _ python: Dialogue, rounds: Int
  ) async throws -> [Figure] {
    var (with, without): ([Double], [Double]) = ([], [])
    var (saveWith, saveWithout): ([Double], [Double]) = ([], [])
    for _ in 1...rounds {
      for isOn in [true, false] {
        try await turn(trigger, isOn)
        let time = try await statement(host)
        let answer = try await python.ask("save \(host) 100").split(separator: " ")
        guard answer.first == "ok", let seconds = answer.last.flatMap({ Double($0) }) else {
          throw BenchTrouble(description: answer.joined(separator: " "))
        }
        if isOn { with.append(time) } else { without.append(time) }
        if isOn { saveWith.append(seconds * 10) } else { saveWithout.append(seconds * 10) }
      }
    }
    try await turn(trigger, true)
    return [
      Figure(name: "UPDATE of one device, \(name)", unit: "ms", samples: with, floor: ("without", without)),
      Figure(name: "LAVA's Device.save(), \(name)", unit: "ms", samples: saveWith, floor: ("without", saveWithout)),
    ]
  }

  /// Twenty pools; the board is in one of them and is owed a job.
  private func openPools(_ host: String) async throws {
    try await lab.connection.withSession { session in
      try session.script(
        """
        INSERT INTO boardcast.pool (slot, tag_id, event_id, rule, shape_id, first_job)
        SELECT row_number() OVER (ORDER BY id), id, 0, '', -id, 0
          FROM (SELECT id FROM lava_scheduler_app_tag WHERE name LIKE 'shared-%' LIMIT 20) t
        """)
      try session.execute(
        """
        INSERT INTO lava_scheduler_app_device_tags (device_id, tag_id)
        SELECT $1, tag_id FROM boardcast.pool LIMIT 1 ON CONFLICT DO NOTHING
        """, [.text(host)])
    }
  }

  private func turn(_ trigger: String, _ isOn: Bool) async throws {
    try await lab.connection.withSession { session in
      let change: SQL = isOn ? " ENABLE TRIGGER " : " DISABLE TRIGGER "
      try session.script("ALTER TABLE lava_scheduler_app_device" + change + .identifier(trigger))
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
