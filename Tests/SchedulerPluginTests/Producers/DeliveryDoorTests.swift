import BuildEvents
import Foundation
import LabSupport
import PostgresClient
import ServiceLifecycle
import Testing

@testable import SchedulerPlugin

/// Protects messages that no mapping covers from being forgotten, and from being shown to those they are not for.
@Suite("Deliveries over HTTP, and read again by themselves", .timeLimit(.minutes(1)))
struct DeliveryDoorTests {
  private static let docs = "builds:\n- when: {name: {glob: 'docs-*'}}\n  ignore: no image\n"

  private func onLab(
    _ folder: TemporaryFolder, _ body: @escaping @Sendable (DoorsUnderTest, TestLab) async throws -> Void
  ) async throws {
    try await TestLab.with(boards: []) { lab in
      let folders = [folder.path, Lab.repository + "/producers"]
      try await DoorsUnderTest.with(lab.configuration, producers: folders) { try await body($0, lab) }
    }
  }

  @Test("Listed by state and source, shown one by one and tried again: by the source's own user and superusers")
  func shown() async throws {
    let hook = HookCase.jenkins
    let folder = try hook.folder(mapping: Self.docs)
    try await onLab(folder) { doors, lab in
      #expect(try await hook.post(doors).status == 202)
      let bot = "Token \(doors.tokens.bot)"
      for who in [bot, "Token \(doors.tokens.admin)"] {
        let list = try await doors.get("/api/v1/deliveries?state=unmapped&source=jenkins/mine", authorization: who)
        let first = try #require(list.json["deliveries"]?.arrayValue?.first)
        #expect(first["id"] == 1 && first["state"] == "unmapped" && first["subject"] == "oe-rb5-nightly")
        #expect(try await doors.get("/api/v1/deliveries/1", authorization: who).json["id"] == 1)
        for other in ["?state=ignored", "?source=gitlab/mine"] {
          let none = try await doors.get("/api/v1/deliveries\(other)", authorization: who)
          #expect(none.status == 200 && none.json["deliveries"]?.arrayValue?.isEmpty == true)
        }
        let retried = try await doors.post(
          bytes: [], to: "/api/v1/deliveries/1/retry", authorization: who, type: nil)
        #expect(retried.status == 200 && retried.json["unmapped"]?.stringValue != nil, "\(retried.text)")
      }
      #expect(try await doors.get("/api/v1/deliveries?state=lost", authorization: bot).field == "state")
      #expect(try await doors.get("/api/v1/deliveries/2", authorization: bot).status == 404)
      #expect(try await doors.get("/api/v1/deliveries").status == 401)
      #expect(
        try await doors.post(bytes: [], to: "/api/v1/deliveries/1/retry", authorization: "").status == 401)
      try await lab.change("UPDATE boardcast.delivery SET state = 'ignored'")
      let over = try await doors.post(bytes: [], to: "/api/v1/deliveries/1/retry", type: nil)
      #expect(over.status == 409 && over.code == "not_unmapped", "\(over.text)")
    }
  }

  @Test("What is another user's is as if it were not there")
  func hidden() async throws {
    let hook = HookCase.jenkins
    let folder = try hook.folder(user: "lava-admin", mapping: Self.docs)
    try await onLab(folder) { doors, _ in
      #expect(try await hook.post(doors).status == 202)
      let bot = "Token \(doors.tokens.bot)"
      let list = try await doors.get("/api/v1/deliveries", authorization: bot)
      #expect(list.json["deliveries"]?.arrayValue?.isEmpty == true, "\(list.text)")
      #expect(try await doors.get("/api/v1/deliveries/1", authorization: bot).status == 404)
      #expect(try await doors.post(bytes: [], to: "/api/v1/deliveries/1/retry", type: nil).status == 404)
    }
  }

  @Test("When a file changes what it may map is read again, once for each version, and becomes an event where it can")
  func byThemselves() async throws {
    let hook = HookCase.jenkins
    let folder = try hook.folder(mapping: Self.docs)
    try await onLab(folder) { doors, lab in
      #expect(try await hook.post(doors).status == 202)
      let book = LabFilesBook(
        folders: LabFolders(
          devices: [], templates: [], rules: [], producers: [folder.path, Lab.repository + "/producers"]))
      let recorder = LogRecorder()
      let service = DeliveryRetryService(
        configuration: lab.configuration, book: book, terms: DoorTerms(), interval: .milliseconds(5),
        logger: recorder.logger)
      let group = ServiceGroup(services: [service], logger: LAVADatabase.logger)
      let running = Task { try await group.run() }
      func tried() async throws -> String? {
        try await lab.connection.withSession { session in
          try session.query("SELECT tried_with FROM boardcast.delivery").only { try $0.optionalString("tried_with") }
        }
      }
      #expect(try await eventually(.seconds(30)) { try await tried() != nil })
      let first = try await tried()
      // A change that maps nothing: looked at again, and left as it is.
      try folder.write("mine.yaml", hook.source(mapping: Self.docs + "description: the same\n"))
      book.reload()
      #expect(try await eventually(.seconds(30)) { try await tried() != first })
      #expect(try await lab.count("SELECT count(*)::int AS count FROM boardcast.event") == 0)
      let mapped = Self.docs + "- \(HookCase.map.replacing("\n", with: "\n  "))\n"
      try folder.write("mine.yaml", hook.source(mapping: mapped))
      book.reload()
      #expect(
        try await eventually(.seconds(30)) {
          try await lab.count("SELECT count(*)::int AS count FROM boardcast.event") == 1
        })
      #expect(
        await eventually(.seconds(30)) { recorder.lines.count { $0.contains("read again") } == 3 },
        "once for each version: \(recorder.lines)")
      await group.triggerGracefulShutdown()
      try await running.value
      let state = try await lab.connection.withSession { try Delivery.one(1, $0)?.state }
      #expect(state == "event")
    }
  }

  @Test("Jenkins' UNSTABLE is ignored, and tested where the source's file says so")
  func unstable() async throws {
    let hook = HookCase.jenkins
    let body = Array(
      String(decoding: try hook.body, as: UTF8.self).replacing("\"SUCCESS\"", with: "\"UNSTABLE\"").utf8)
    try await onLab(try hook.folder()) { doors, _ in
      let answer = try await hook.post(doors, body: body)
      #expect(answer.status == 200 && answer.json["ignored"]?.stringValue?.contains("UNSTABLE") == true)
    }
    try await onLab(try hook.folder(mapping: HookCase.map + "accept_unstable: true\n")) { doors, _ in
      let answer = try await hook.post(doors, body: body)
      #expect(answer.status == 202 && answer.json["duplicate"] == false, "\(answer.text)")
    }
  }

  @Test("The replay window of signed messages goes by the clock that is given")
  func replay() async throws {
    let key = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"
    let hook = HookCase(producer: "gitlab", file: "gitlab-job.json", secret: key, proof: [:])
    let folder = try hook.folder()
    let body = try hook.body
    let secret = try #require(CallbackSecret(text: key))
    let headers = Dictionary(
      uniqueKeysWithValues: secret.headers(id: "m", time: 1_000_000_000, body: body).map { ($0.name, $0.value) })
    try await TestLab.with(boards: []) { lab in
      let folders = [folder.path, Lab.repository + "/producers"]
      for (now, status) in [(1_000_000_299 as Int64, 202), (1_000_000_301, 401), (999_999_699, 401)] {
        try await DoorsUnderTest.with(lab.configuration, producers: folders, terms: DoorTerms(now: { now })) { doors in
          let answer = try await hook.post(doors, proof: headers)
          #expect(answer.status == status, "\(now): \(answer.text)")
          #expect(status == 202 || answer.code == "too_old")
        }
      }
    }
  }
}
