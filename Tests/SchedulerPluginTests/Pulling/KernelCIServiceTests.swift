import BuildEvents
import Foundation
import LabSupport
import Logging
import PostgresClient
import Testing

@testable import SchedulerPlugin

/// Protects the way from KernelCI's API to LAVA's queue, with everything the API does on the way.
@Suite("KernelCI's builds are fetched") struct KernelCIServiceTests {
  private static func source(_ api: String, since: String = "now") -> String {
    """
    source: mainline
    producer: kernelci
    user: ci-bot
    pull:
      api: \(api)
      token_file: api.token
      since: \(since)
    \(HookCase.map)
    """
  }

  private func onLab(
    boards: [String] = [], since: String = "now", token: String = KernelCIDouble.token,
    _ body: @escaping @Sendable (TestLab, KernelCIDouble, Pulling, TemporaryFolder) async throws -> Void
  ) async throws {
    try await TestLab.with(boards: boards) { lab in
      try await KernelCIDouble.with { api, address in
        let folder = try TemporaryFolder([
          "api.token": token + "\n", "mainline.yaml": Self.source(address, since: since),
        ])
        let pulling = Pulling(lab, folder)
        if !pulling.mistakes.isEmpty { throw LabSurprise("\(pulling.mistakes)") }
        try await body(lab, api, pulling, folder)
      }
    }
  }

  private static func listening(_ api: KernelCIDouble) async -> Bool { await (api.calls["listen"] ?? 0) > 0 }

  private static func hears(_ api: KernelCIDouble) async throws { try await soon { await listening(api) } }

  @Test(
    "From the API's event to jobs on boards; delivered again, after a restart and by another process, it is no other")
  func wholeWay() async throws {
    try await onLab(boards: ["qemu-01", "qemu-02"]) { lab, api, pulling, _ in
      let first = pulling.start()
      try await Self.hears(api)
      await api.build("a1", repeats: 3)
      await api.publish("t1", ["kind": "test"])
      try await soon { try await lab.count(Pulling.events) == 1 }
      // A restart in the midst of it; the durable subscription delivers what was not acknowledged once more.
      await api.restart()
      await api.build("a2")
      try await soon { try await lab.count(Pulling.events) == 2 }
      first.cancel()
      await first.value
      await api.build("a3", repeats: 1)
      await api.restart()
      try await pulling.reaches { try await lab.count(Pulling.events) == 3 }
      // BEEPs come and go.
      let heard = await api.calls["listen"] ?? 0
      try await pulling.reaches { await (api.calls["listen"] ?? 0) > heard + 3 }
      #expect(try await lab.count(Pulling.events) == 3)
      #expect(await api.calls["node"] == 3)
      try await lab.pass()
      #expect(try await lab.jobCount() == 2)
      #expect(try await lab.assignments().count == 6)
      let stored = try #require(try await lab.connection.withSession { try EventStore.event(1, $0) })
      #expect(stored.event.source == "kernelci:mainline" && stored.event.buildID == "a1")
      #expect(stored.event.properties["tree"] == "mainline")
      #expect(pulling.log.recorded.filter { $0.level >= .error }.isEmpty)
      let report = try #require(try await lab.pulls().first)
      #expect(report.taken == 3 && report.trouble == nil && report.source == "kernelci/mainline")
    }
  }

  @Test("A wrong token is said once, in the log and in the table, and shown nowhere; the right one counts at once")
  func token() async throws {
    try await onLab(token: "another-token") { lab, api, pulling, folder in
      let task = pulling.start()
      let isRefused = try await eventually { try await lab.pulls().first?.trouble?.contains("token") == true }
      #expect(isRefused)
      #expect(pulling.log.recorded.filter { $0.level == .error }.count == 1)
      #expect(!pulling.log.lines.contains { $0.contains("another-token") || $0.contains(KernelCIDouble.token) })
      let asked = await api.calls["subscribe"] ?? 0
      #expect(asked == 1, "it waits after a refusal: \(asked)")
      task.cancel()
      await task.value
      try folder.write("api.token", KernelCIDouble.token)
      let again = pulling.start()
      try await Self.hears(api)
      await api.build("a1")
      try await soon { try await lab.count(Pulling.events) == 1 }
      #expect(try await lab.pulls().first?.trouble == nil)
      again.cancel()
      await again.value
    }
  }

  @Test("1,205 builds missed while nobody listened and the API was restarted: all of them, once")
  func missed() async throws {
    try await onLab { lab, api, pulling, _ in
      try await pulling.reaches { await Self.listening(api) }
      await api.restart()
      for number in 0..<1205 { await api.build("n\(number)") }
      let all: Int = 1205
      try await pulling.reaches(.seconds(240)) { try await lab.count(Pulling.events) == all }
      let pages = await api.calls["events"] ?? 0
      // What the API delivers again is known by now.
      let heard = await api.calls["listen"] ?? 0
      try await pulling.reaches(.seconds(120)) { await (api.calls["listen"] ?? 0) > heard + 1210 }
      #expect(try await lab.count(Pulling.events) == all)
      #expect(try await lab.count(Pulling.builds) == all)
      #expect(await api.calls["node"] == all)
      #expect(pages >= 3)
    }
  }

  @Test("Errors, slowness, restarts, and being stopped at any moment: every build once")
  func faults() async throws {
    try await onLab(since: "all") { lab, api, pulling, _ in
      await api.build("b0")
      for round in 1...6 {
        let task = pulling.start()
        await api.fail("listen", with: [500, 502])
        await api.fail("node", with: round == 3 ? Array(repeating: 500, count: 8) : [503])
        await api.fail("events", with: [500])
        await api.fail("subscribe", with: [503])
        await api.slow("node", by: .milliseconds(5))
        for number in 0..<5 { await api.build("b\(round)-\(number)", repeats: number % 2) }
        if round % 2 == 0 { await api.restart() }
        let wanted = round * 3
        _ = try await eventually(.seconds(15)) { try await lab.count(Pulling.events) >= wanted }
        task.cancel()
        await task.value
      }
      try await pulling.reaches { try await lab.count(Pulling.events) == 31 }
      #expect(try await lab.count(Pulling.builds) == 31)
      let lost: SQL = "SELECT count(*)::int AS count FROM boardcast.pull_item WHERE taken_as NOT LIKE 'event %'"
      #expect(try await lab.count(lost) == 0)
    }
  }

  @Test("Of two processes one fetches; when it ends the other goes on")
  func two() async throws {
    try await onLab { lab, api, pulling, _ in
      let one = pulling.start()
      try await Self.hears(api)
      let two = pulling.start()
      await api.build("a1")
      try await soon { try await lab.count(Pulling.events) == 1 }
      #expect(await api.calls["subscribe"] == 1)
      one.cancel()
      await one.value
      await api.build("a2")
      try await soon { try await lab.count(Pulling.events) == 2 }
      #expect(await api.calls["subscribe"] == 2)
      two.cancel()
      await two.value
    }
  }

  @Test(
    "A node that is gone is noted; one that no mapping covers waits; a refused one is seen; nothing blocks the next")
  func oddNodes() async throws {
    try await onLab { lab, api, pulling, folder in
      try folder.write(
        "mainline.yaml",
        try String(contentsOfFile: folder.path + "/mainline.yaml", encoding: .utf8)
          + "builds:\n- when: {id: {glob: 'a*'}}\n")
      pulling.reload()
      let task = pulling.start()
      try await Self.hears(api)
      await api.build("a-gone")
      await api.forget(node: "a-gone")
      await api.build("x1")
      await api.build("a1")
      try await soon { try await lab.count(Pulling.events) == 1 }
      task.cancel()
      await task.value
      let kept = try await lab.connection.withSession { try Delivery.newest(9, state: "unmapped", $0) }
      #expect(kept.count == 1 && kept.first?.reason.contains("id is x1") == true)
      let report = try #require(try await lab.pulls().first)
      #expect(report.taken == 2 && report.left == 1)
    }
  }
}
