import BuildEvents
import Crypto
import Foundation
import LabSupport
import PostgresClient
import Testing

@testable import SchedulerPlugin

/// Protects the way from each producer's own bytes to jobs in LAVA's queue.
@Suite("Producers' doors")
struct HookDoorTests {
  private func onLab(
    _ folder: TemporaryFolder, boards: [String] = ["qemu-01", "qemu-02"],
    _ body: @escaping @Sendable (DoorsUnderTest, TestLab) async throws -> Void
  ) async throws {
    try await TestLab.with(boards: boards) { lab in
      let folders = [folder.path, Lab.repository + "/producers"]
      try await DoorsUnderTest.with(lab.configuration, producers: folders) { try await body($0, lab) }
    }
  }

  private static let events: SQL = "SELECT count(*)::int AS count FROM boardcast.event"
  private static let deliveries: SQL = "SELECT count(*)::int AS count FROM boardcast.delivery"

  @Test(
    "From its own bytes to a job on every board; sent again it changes nothing; unproven it is not let in",
    arguments: HookCase.all)
  func wholeWay(_ hook: HookCase) async throws {
    let folder = try hook.folder()
    try await onLab(folder) { doors, lab in
      let stranger = try await hook.post(doors, proof: [:])
      #expect(stranger.status == 401 && stranger.code == "no_credentials", "\(stranger.text)")
      let wrong = hook.proof.mapValues {
        $0.replacing("s", with: "z").replacing("A", with: "B").replacing("6", with: "7")
      }
      let refused = try await hook.post(doors, proof: wrong)
      #expect(refused.status == 401 && refused.code == "invalid_token", "\(refused.text)")
      #expect(!refused.text.contains(hook.secret) && !doors.log.lines.contains { $0.contains(hook.secret) })
      #expect(try await lab.count(Self.events) == 0)
      #expect(try await lab.count(Self.deliveries) == 0)

      let first = try await hook.post(doors)
      #expect(first.status == 202 && first.json["duplicate"] == false, "\(first.text)")
      let again = try await hook.post(doors)
      #expect(again.status == 200 && again.json["duplicate"] == true, "\(again.text)")
      #expect(again.json["id"] == first.json["id"])
      #expect(try await lab.count(Self.events) == 1)
      #expect(try await lab.count(Self.deliveries) == 0)

      try await lab.pass()
      #expect(try await lab.assignments().map(\.state) == ["queued", "queued"])
      #expect(try await lab.jobCount() == 2)
      try await lab.pass()
      #expect(try await lab.jobCount() == 2)
      let stored = try #require(try await lab.connection.withSession { try EventStore.event(1, $0) })
      #expect(stored.event.source == "\(hook.producer):mine" && stored.senderName == "ci-bot")
      #expect(stored.event.properties["producer"] == hook.producer)
      #expect(!doors.log.lines.contains { $0.contains(hook.secret) })
    }
  }

  @Test("Every producer there is goes the whole way, and every message among the samples that is one")
  func complete() throws {
    #expect(Set(HookCase.all.map(\.producer)) == Set(Producers.names))
    // Files of builds, which `send --from` reads, and what others fetch or receive.
    let others: Set = [
      "android-build.json", "aosp-build-info.json", "buildroot.json", "debos.json", "kernelci-event.json", "listings",
      "tuxmake-metadata.json", "yocto-testdata.json",
    ]
    let samples = try FileManager.default.contentsOfDirectory(atPath: Lab.repository + "/Tests/samples")
      .filter { !$0.hasSuffix(".headers") }
    #expect(Set(samples).subtracting(HookCase.all.map(\.file)).subtracting(others).isEmpty)
  }

  @Test("GitLab's signing token: signed now it is let in, once; signed long ago, or over other bytes, it is not")
  func signingToken() async throws {
    var hook = HookCase.gitLab
    hook.secret = "whsec_WV8V7StRAhmIWw1V8lkxJtQ9T6CIrJvX5DKcYkg1dDc="
    hook.proof = [:]
    let folder = try hook.folder()
    let key = SymmetricKey(data: try #require(Data(base64Encoded: String(hook.secret.dropFirst(6)))))
    let body = try hook.body
    func proof(at time: Int, over bytes: [UInt8]) -> [String: String] {
      let signed = Data("e7b3a1c9.\(time).".utf8) + bytes
      let code = Data(HMAC<SHA256>.authenticationCode(for: signed, using: key)).base64EncodedString()
      return ["webhook-id": "e7b3a1c9", "webhook-timestamp": "\(time)", "webhook-signature": "v1,\(code)"]
    }
    let now = Int(Date().timeIntervalSince1970)
    let good = proof(at: now, over: body)
    let old = proof(at: now - 400, over: body)
    let other = proof(at: now, over: body + [32])
    let message = hook
    try await onLab(folder) { doors, lab in
      for (proof, code) in [(old, "too_old"), (other, "invalid_token"), ([:], "no_credentials")] {
        let refused = try await message.post(doors, proof: proof)
        #expect(refused.status == 401 && refused.code == code, "\(refused.text)")
      }
      #expect(try await lab.count(Self.deliveries) == 0)
      #expect(try await message.post(doors, proof: good).status == 202)
      let again = try await message.post(doors, proof: good)
      #expect(again.status == 200 && again.json["duplicate"] == true, "\(again.text)")
      try await lab.pass()
      #expect(try await lab.jobCount() == 2)
      #expect(try await lab.count(Self.events) == 1)
      #expect(!doors.log.lines.contains { $0.contains(message.secret) })
    }
  }

  @Test("What no mapping covers is kept, seen, and becomes an event when one does; redelivered it is still one")
  func unmapped() async throws {
    let hook = HookCase.jenkins
    let builds = "builds:\n- when: {name: {glob: 'docs-*'}}\n  ignore: no image\n"
    let folder = try hook.folder(mapping: builds)
    try await onLab(folder) { doors, lab in
      for times in 1...2 {
        let answer = try await hook.post(doors)
        #expect(answer.status == 202, "\(answer.text)")
        #expect(answer.json["unmapped"]?.stringValue?.contains("name is oe-rb5-nightly") == true, "\(answer.text)")
        let kept = try await lab.connection.withSession { try Delivery.newest(10, state: "unmapped", $0) }
        #expect(kept.map(\.times) == [times] && kept.first?.subject == "oe-rb5-nightly")
      }
      #expect(try await lab.count(Self.events) == 0)
      func retry() async throws -> Delivery.Retried? {
        let files = ProducerFiles.read([folder.path, Lab.repository + "/producers"], previous: nil)
        #expect(files.mistakes.isEmpty)
        return try await lab.connection.withTransaction { try Delivery.retry(1, files.files, $0) }
      }
      guard case .unmapped? = try await retry() else { throw LabSurprise("it is not mapped yet") }
      try folder.write("mine.yaml", hook.source(mapping: builds + "- \(HookCase.map.replacing("\n", with: "\n  "))\n"))
      #expect(try await retry() == .event(1, isDuplicate: false))
      #expect(try await retry() == nil)
      try await lab.pass()
      #expect(try await lab.jobCount() == 2)
      // The running doors still have the old file; the message is an event all the same.
      let again = try await hook.post(doors)
      #expect(again.status == 200 && again.json["duplicate"] == true && again.json["id"] == 1, "\(again.text)")
      let kept = try await lab.connection.withSession { try Delivery.newest(10, state: "event", $0) }
      #expect(kept.first?.eventID == 1)
      #expect(try await lab.count(Self.events) == 1)
    }
  }

  @Test("A message sent again after the mapping was changed is the build it was")
  func changedMapping() async throws {
    let hook = HookCase.jenkins
    let folder = try hook.folder()
    try await onLab(folder) { doors, lab in
      #expect(try await hook.post(doors).status == 202)
      let other = HookCase.map.replacing("vmlinuz", with: "bzImage")
      try folder.write("mine.yaml", hook.source(mapping: other))
      try await DoorsUnderTest.with(
        lab.configuration, producers: [folder.path, Lab.repository + "/producers"]
      ) { later in
        let again = try await hook.post(later)
        #expect(again.status == 200 && again.json["duplicate"] == true, "\(again.text)")
        #expect(try await lab.count(Self.events) == 1)
      }
    }
  }

  @Test("What announces no finished build is 2xx and recorded with the reason; of these a thousand are kept")
  func ignored() async throws {
    let hook = HookCase.gitLab
    let folder = try hook.folder()
    try await onLab(folder, boards: []) { doors, lab in
      let text = String(decoding: try hook.body, as: UTF8.self)
      let running = text.replacing("\"build_status\":\"success\"", with: "\"build_status\":\"running\"")
      let answer = try await hook.post(doors, body: Array(running.utf8))
      #expect(answer.status == 200)
      #expect(answer.json["ignored"]?.stringValue?.contains("running") == true, "\(answer.text)")
      let kept = try await lab.connection.withSession { try Delivery.newest(10, state: "ignored", $0) }
      #expect(kept.map(\.subject) == ["image: [qemuarm64, core-image-minimal]"])
      #expect(kept.first?.payload.body.isEmpty == true)
      try await lab.change(
        """
        INSERT INTO boardcast.delivery (producer, source, digest, subject, state, reason, headers, raw)
        SELECT 'gitlab', 'mine', int4send(n), 's', 'ignored', 'r', '{}', '' FROM generate_series(1, 1050) n
        """)
      _ = try await hook.post(doors, body: Array(running.replacing("120034", with: "120035").utf8))
      #expect(try await lab.count(Self.deliveries) == 1000)
    }
  }

  @Test(
    "A bad message is 400 and names the field; an unknown source 404; a user LAVA does not know is told, and nothing lost"
  )
  func mistakes() async throws {
    let hook = HookCase.jenkins
    try await onLab(try hook.folder(user: "nobody-here"), boards: []) { doors, lab in
      let bad = try await hook.post(doors, body: Array(#"{"name": "x", "build": {"phase": "FINALIZED"}}"#.utf8))
      #expect(bad.status == 400 && bad.field == "build.status", "\(bad.text)")
      #expect(try await hook.post(doors, body: Array("{".utf8)).status == 400)
      let large = Array(repeating: UInt8(ascii: " "), count: 1 << 20 + 1)
      #expect(try await hook.post(doors, body: large).status == 413)
      let zipped = try await hook.post(doors, proof: hook.proof.merging(["content-encoding": "gzip"]) { $1 })
      #expect(zipped.status == 400 && zipped.field == "Content-Encoding", "\(zipped.text)")
      for path in ["/hooks/jenkins/other", "/hooks/none/mine", "/hooks/gitlab/mine"] {
        #expect(try await doors.post(bytes: [], to: path).status == 404, "\(path)")
      }
      let nobody = try await hook.post(doors)
      #expect(nobody.status == 202 && nobody.json["field"] == "user", "\(nobody.text)")
      #expect(try await lab.count(Self.events) == 0)
      #expect(try await lab.count(Self.deliveries) == 1)
    }
  }

  @Test("A batch is kept whole or not at all; the handshake of CloudEvents is answered; waiting ends with the time")
  func cloudEvents() async throws {
    try await DoorsUnderTest.onClone { doors, lab in
      func event(_ id: String, _ build: JSONValue) -> JSONValue {
        [
          "specversion": "1.0", "id": .string(id), "source": "urn:ci", "type": "built",
          "data": Example.record(["build_id": build]),
        ]
      }
      let type = "application/cloudevents-batch+json"
      let first = try await doors.post([event("1", "a"), event("2", "b")], type: type)
      #expect(first.status == 202 && first.json["events"]?.arrayValue?.count == 2, "\(first.text)")
      #expect(try await doors.post([event("1", "a")], type: type).status == 200)
      let clash = try await doors.post([event("3", "c"), event("1", "other")], type: type)
      #expect(clash.status == 409 && clash.field == "[1].id", "\(clash.text)")
      let bad = try await doors.post([event("4", "d"), event("5", .null)], type: type)
      #expect(bad.status == 400 && bad.field == "[1].data.build_id", "\(bad.text)")
      #expect(try await doors.post([], type: type).status == 200)
      #expect(try await lab.count(Self.events) == 2)
      let hello = try await doors.options("/api/v1/events", headers: ["webhook-request-origin": "ci.example.org"])
      #expect(hello.status == 200 && hello.headers["webhook-allowed-origin"] == "ci.example.org")
      let begun = ContinuousClock.now
      let waited = try await doors.get("/api/v1/events/1?wait=1", authorization: "Token \(doors.tokens.bot)")
      #expect(waited.status == 200 && waited.json["state"] == "accepted")
      #expect(ContinuousClock.now - begun >= .milliseconds(900))
    }
  }
}
