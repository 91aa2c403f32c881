import BuildEvents
import Foundation
import LabSupport
import PostgresClient
import Testing

extension LabItself {
  /// The whole path on a whole lab: from a build event to QEMU boards that LAVA's own daemons have booted.
  @Suite(.enabled(if: Lab.isWholeInEnvironment), .serialized, .timeLimit(.minutes(8))) struct WholeLabTests {
    private static let python = """
      import sys, xmlrpc.client
      url, user, token, build, images = sys.argv[1:]
      server = xmlrpc.client.ServerProxy(url.replace("://", "://%s:%s@" % (user, token)) + "/RPC2")
      print(server.boardcast.image_built({
          "source": "ci:nano", "build_id": build, "status": "success", "image_family": "nano", "arch": "x86_64",
          "images": {"kernel": images + "/vmlinuz", "ramdisk": images + "/initramfs.cpio.gz"}})["event_id"])
      """

    @Test func twoBuildEventsBootEveryBoardThatCanRunThem() async throws {
      let boards = RealBoards(lab: try Lab.current.get())
      let database = try PostgresConfiguration(connectionString: boards.lab["BOARDCAST_LAB_URL"])
      let enable = try await Program.boardcast(["enable", "--database", database.connectionString])
      try #require(enable.status == 0, "\(enable.complaint)")
      try await boards.register()
      do {
        try await ServePlace.with(database) { place in
          let serve = try await place.serve()
          let events = try await sendTwo(boards, serve)
          for event in events { try await expectAssigned(event, boards, serve) }
          try await boards.update(boards.inMaintenance, health: "GOOD")
          for event in events { try await expectComplete(event, boards, serve) }
          #expect(try await serve.terminate() == 0)
        }
      } catch {
        try? await boards.retire()
        throw error
      }
      try await boards.retire()
    }

    /// One by curl, one by Python.
    private func sendTwo(_ boards: RealBoards, _ serve: ServeProcess) async throws -> [Int64] {
      let lab = boards.lab
      let images = try lab["BOARDCAST_LAB_IMAGES_URL"]
      let producer = Producer(url: serve.url, token: try lab["BOARDCAST_LAB_TOKEN"])
      let (status, answer) = try await Program.curl(
        producer, ["Content-Type: application/json"], nanoEvent(boards.build("curl"), images: images))
      #expect(status == 202)
      guard case .int(let first) = answer["id"] else {
        throw NeverHappened(description: "no id in \(answer.canonical)")
      }
      let outcome = try await Program.python(
        Self.python,
        [serve.url, lab["BOARDCAST_LAB_USER"], producer.token, boards.build("python"), images])
      let second = try #require(
        Int64(outcome.output.trimmingCharacters(in: .whitespacesAndNewlines)), "\(outcome.complaint)")
      return [first, second]
    }

    /// The boards of this test, as `events show` tells of them.
    private func report(_ event: Int64, _ boards: RealBoards, _ serve: ServeProcess) async throws -> [String: JSONValue]
    {
      let producer = Producer(url: serve.url, token: try boards.lab["BOARDCAST_LAB_TOKEN"])
      let told = try await producer.get("/api/v1/events/\(event)").json
      guard case .array(let lines) = told["boards"], told["state"] == "decided" else { return [:] }
      return Dictionary(
        lines.compactMap { line in line["board"]?.stringValue.map { ($0, line) } }.filter { boards.all.contains($0.0) },
        uniquingKeysWith: { first, _ in first })
    }

    private func expectAssigned(_ event: Int64, _ boards: RealBoards, _ serve: ServeProcess) async throws {
      let lines = try await eventually("event \(event) decided") {
        let lines = try await report(event, boards, serve)
        return lines.count == boards.all.count ? lines : nil
      }
      for board in boards.ready { #expect(lines[board]?["state"] != "none", "\(board)") }
      #expect(lines[boards.inMaintenance]?["state"] == "waiting")
      #expect(lines[boards.inMaintenance]?["reasons"]?.canonical.contains("maintenance") == true)
      #expect(lines[boards.ofAnotherType]?["state"] == "none")
      #expect(lines[boards.ofAnotherType]?["reasons"]?.canonical.contains(#""code":"arch""#) == true)
    }

    private func expectComplete(_ event: Int64, _ boards: RealBoards, _ serve: ServeProcess) async throws {
      let lines = try await eventually("event \(event)'s jobs over", within: .seconds(360)) {
        let lines = try await report(event, boards, serve)
        let over = lines.values.filter { $0["state"] == "finished" }
        return over.count == 3 ? lines : nil
      }
      for board in boards.ready + [boards.inMaintenance] {
        #expect(lines[board]?["outcome"] == "Complete", "\(board)")
        guard case .int(let job) = lines[board]?["job_id"] else {
          Issue.record("no job for \(board)")
          continue
        }
        #expect(try await boards.job(job) == "Finished Complete", "job \(job) on \(board)")
      }
      #expect(Set(lines.values.compactMap { $0["job_id"] }).count == 3)
    }

    /// LAVA's submission takes a boot method nobody knows; its validator does not.
    @Test func rulesCheckAsksLAVAToo() async throws {
      let lava = try Lab.current.get()["BOARDCAST_LAB_LAVA_URL"]
      try await TemporaryFolder.with { folder in
        let words = ["rules", "check", "--config-dir", folder.path]
        try folder.write(
          "rules/git.yaml",
          """
          rule: git
          when: {image_family: nano}
          how: {template: kselftest}
          tests:
          - {name: a-1.0, repository: 'https://git.example/t.git', path: a/b.yaml, branch: main, revision: 0a1b,
             parameters: {A: 'x: {{ y }}'}, timeout: {hours: 1}}
          - {name: b, repository: 'https://git.example/t.git', path: c.yaml}

          """)
        let shipped = try await Program.boardcast(words + ["--lava-url", lava])
        #expect(shipped.status == 0, "\(shipped.complaint)")
        try folder.write("rules/mine.yaml", "rule: mine\nwhen: {image_family: nano}\nhow: {template: odd}\n")
        let file = try folder.write(
          "templates/odd.yaml",
          """
          {% include "_job" %}
          timeouts: {job: {minutes: 5}, action: {minutes: 1}, connection: {minutes: 1}}
          actions:
          - boot: {method: telepathy, timeout: {minutes: 1}}

          """)
        #expect(try await Program.boardcast(words).status == 0)
        let refused = try await Program.boardcast(words + ["--lava-url", lava])
        #expect(refused.status == 1)
        #expect(refused.complaint.contains("\(file): LAVA refuses the job: "), "\(refused.complaint)")
      }
    }
  }
}
