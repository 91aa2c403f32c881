import BuildEvents
import Foundation
import LabSupport
import PostgresClient
import Testing

/// `serve` as the machine's operators handle it: told to stop, to reload, run twice.
@Suite(.timeLimit(.minutes(2))) struct ServiceTests {
  /// Who got an answer before or during the stop finds the event on disk; who got none sends it again.
  @Test func stoppingWhileEventsArriveLosesNoneOfThem() async throws {
    try await Bench.with { bench in
      let serve = try await bench.place.serve()
      let builds = (1...24).map { "n-\($0)" }
      let acknowledged = try await withThrowingTaskGroup(of: [String].self) { group in
        for sender in 0..<4 {
          group.addTask {
            var acknowledged: [String] = []
            for index in stride(from: sender, to: builds.count, by: 4) {
              guard let answer = try? await serve.producer.post(nanoEvent(builds[index])) else { break }
              if answer.status == 202 { acknowledged.append(builds[index]) }
            }
            return acknowledged
          }
        }
        try await eventually("the first events") { try await bench.boards.events().count >= 3 }
        #expect(try await serve.terminate() == 0)
        return try await group.reduce(into: []) { $0 += $1 }
      }
      #expect(serve.log.contains("stopped"))
      #expect(Set(try await bench.boards.events().keys).isSuperset(of: acknowledged) && acknowledged.count >= 3)
      try await bench.expectQueueAgrees()
      let second = try await bench.place.serve()
      for build in builds { #expect(try await second.producer.send(nanoEvent(build)).status < 300) }
      try await bench.boards.decided(builds)
      try await bench.expectNothingLostOrDoubled(builds)
      #expect(try await second.terminate() == 0)
    }
  }

  @Test func aSecondOrderToStopIsHarmless() async throws {
    try await Bench.with { bench in
      let serve = try await bench.place.serve()
      serve.send(signal: SIGTERM)
      serve.send(signal: SIGINT)
      serve.send(signal: SIGTERM)
      #expect(try await serve.ending() == 0)
    }
  }

  private func rule(_ summary: String, family: String) -> String {
    "rule: tiny-smoke\ndescription: \(summary)\nwhen: {image_family: \(family)}\nhow: {template: smoke}\n"
  }

  /// What the lab's own rule says of itself, as `serve` sees it.
  private func summary(_ serve: ServeProcess) async throws -> String? {
    guard case .array(let rules) = try await serve.producer.get("/api/v1/rules").json["rules"] else { return nil }
    return rules.first { $0["name"] == "tiny-smoke" }?["summary"]?.stringValue
  }

  /// A changed file is noticed, and SIGHUP reloads also what bears the same time as before; a broken file is reported
  /// and its last good form goes on working.
  @Test(arguments: [true, false]) func changedRulesTakeEffectAndBrokenOnesDoNot(byHangup: Bool) async throws {
    try await Bench.with { bench in
      let modified = byHangup ? Date(timeIntervalSince1970: 1_300_000_000) : nil
      func write(_ text: String) throws -> String {
        try bench.place.folder.write("rules/tiny-smoke.yaml", text, modified: modified)
      }
      _ = try write(rule("old", family: "kernel"))
      let serve = try await bench.place.serve()
      func reload() { if byHangup { serve.send(signal: SIGHUP) } }
      #expect(try await summary(serve) == "old")
      _ = try write(rule("new", family: "oe"))
      reload()
      try await eventually("the changed rule") { try await summary(serve) == "new" }
      let event = nanoEvent("oe-1").replacing(#""nano""#, with: #""oe""#)
      #expect(try await serve.producer.send(event).status == 202)
      try await bench.boards.decided(["oe-1"])
      #expect(try await bench.boards.ledger().jobs.count == 2)

      let file = try write("rule: tiny-smoke\nwhen: {}\nhwo: {}\n")
      reload()
      try await serve.logs("\(file):3: unknown key 'hwo'; did you mean 'how'?")
      let ready = try #require(try await serve.readiness())
      #expect(ready.status == 200, "a broken rule file is no reason to take no events")
      #expect(ready.json["checks"]?["files"]?.canonical.contains("tiny-smoke.yaml:3: unknown key 'hwo'") == true)
      let next = nanoEvent("oe-2").replacing(#""nano""#, with: #""oe""#)
      #expect(try await serve.producer.send(next).status == 202)
      try await bench.boards.decided(["oe-1", "oe-2"])
      try await bench.expectNothingLostOrDoubled(["oe-1", "oe-2"])

      _ = try write(rule("mended", family: "oe"))
      reload()
      try await eventually("the mended file") { try await summary(serve) == "mended" }
      #expect(try await serve.readiness()?.json["checks"]?["files"] == "ok")
      #expect(try await serve.terminate() == 0)
    }
  }

  /// A grant that is given while `serve` runs lets a rule submit in another's name, one that is taken back stops it, and a
  /// slip in the file changes nothing.
  @Test func changedGrantsTakeEffectWithoutARestart() async throws {
    try await Bench.with { bench in
      let folder = bench.place.folder
      try folder.write(
        "rules/tiny-smoke.yaml",
        "rule: tiny-smoke\nwhen: {image_family: oe}\nhow: {template: smoke, submitter: admin}\n")
      let serve = try await bench.place.serve()
      func send(_ build: String) async throws {
        let event = nanoEvent(build).replacing(#""nano""#, with: #""oe""#)
        #expect(try await serve.producer.send(event).status == 202)
      }
      try await send("oe-1")
      try await bench.boards.decided(["oe-1"])
      #expect(try await bench.boards.ledger().assignments == [], "nobody may submit as admin")

      try folder.write("config.yaml", "submitters: [{account: admin, for: [tester]}]\n")
      try await serve.logs("other terms are in force")
      try await send("oe-2")
      try await bench.boards.assignment("oe-2", "qemu-01", is: "queued")
      try await bench.boards.assignment("oe-2", "qemu-03", is: "waiting")
      let owners: SQL =
        "SELECT count(*)::int AS count FROM lava_scheduler_app_testjob j JOIN auth_user u "
        + "ON u.id = j.submitter_id WHERE u.username = 'admin'"
      let owned = try await bench.boards.connection.withSession { try $0.query(owners).only { try $0.int("count") } }
      #expect(owned == 2)

      let file = try folder.write("config.yaml", "submitters: [{account: admin}]\nqueue_window: 1\n")
      try await serve.logs("\(file):1: 'for' is missing")
      try folder.write("config.yaml", "listen: 127.0.0.1:1\n")
      try await serve.logs("restart serve")
      try await bench.boards.set(health: 1, of: "qemu-03")
      let waits: SQL = "SELECT count(*)::int AS count FROM boardcast.assignment WHERE reason = 'permission'"
      try await eventually("what waits is looked at by the new terms; log: \(serve.log)") {
        try await bench.boards.connection.withSession { try $0.query(waits).only { try $0.int("count") } } == 1
      }
      #expect(try await bench.boards.ledger().jobs.count == 2)
      #expect(try await serve.terminate() == 0)
    }
  }

  /// A process that is stopped, as by a debugger or a machine that hangs, keeps its connection and so the lock. The other
  /// ends it; when it goes on, it has lost nothing but the lock.
  @Test func aWriterThatIsStoppedIsReplacedAndDoublesNothingWhenItGoesOn() async throws {
    try await Bench.with { bench in
      let first = try await bench.place.serve()
      let second = try bench.place.start(on: ServePlace.freePort())
      try await second.becomes("standby")
      #expect(try await first.producer.send(nanoEvent("n-1")).status == 202)
      try await bench.boards.decided(["n-1"])
      first.send(signal: SIGSTOP)
      #expect(try await second.producer.send(nanoEvent("n-2")).status == 202)
      try await second.becomes("writing")
      try await second.logs("the writer gave no sign of life")
      try await bench.boards.decided(["n-1", "n-2"])
      first.send(signal: SIGCONT)
      try await first.becomes("standby")
      #expect(try await first.producer.send(nanoEvent("n-3")).status == 202)
      let builds = ["n-1", "n-2", "n-3"]
      try await bench.boards.decided(builds)
      try await bench.boards.set(health: 1, of: "qemu-03")
      try await bench.drain(builds)
      try await bench.expectNothingLostOrDoubled(builds)
      #expect(try await second.terminate() == 0)
      try await first.becomes("writing")
      #expect(try await first.terminate() == 0)
    }
  }

  /// Doors are open on both; only one writes, and the other takes over when it dies or leaves.
  @Test func ofTwoProcessesOneWritesAndTheOtherTakesOver() async throws {
    try await Bench.with { bench in
      let first = try await bench.place.serve()
      let second = try bench.place.start(on: ServePlace.freePort())
      try await second.becomes("standby")
      #expect(try await first.producer.send(nanoEvent("n-1")).status == 202)
      #expect(try await second.producer.send(nanoEvent("n-2")).status == 202)
      #expect(try await second.producer.send(nanoEvent("n-1")).isDuplicate)
      try await bench.boards.decided(["n-1", "n-2"])

      try await first.killed()
      #expect(try await second.producer.send(nanoEvent("n-3")).status == 202)
      try await second.becomes("writing")
      try await bench.boards.decided(["n-1", "n-2", "n-3"])
      let third = try bench.place.start()
      try await third.becomes("standby")
      #expect(try await second.terminate() == 0)
      #expect(try await third.producer.send(nanoEvent("n-4")).status == 202)
      try await third.becomes("writing")
      let builds = ["n-1", "n-2", "n-3", "n-4"]
      try await bench.boards.decided(builds)
      try await bench.boards.set(health: 1, of: "qemu-03")
      try await bench.drain(builds)
      try await bench.expectNothingLostOrDoubled(builds)
    }
  }
}
