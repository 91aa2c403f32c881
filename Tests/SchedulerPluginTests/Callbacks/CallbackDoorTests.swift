import BuildEvents
import Foundation
import LabSupport
import PostgresClient
import Testing

@testable import SchedulerPlugin

/// Protects the lab's network at the door: a callback that may not be made is refused with the field, not kept.
@Suite("Callbacks: the doors")
struct CallbackDoorTests {
  private static func terms() throws -> DoorTerms {
    let folder = try TemporaryFolder([
      "s": "words\n",
      "config.yaml": """
      outbound: {hosts: [ci.example.org], private: []}
      senders: [{user: ci-bot, callback_secret_file: s}]

      """,
    ])
    let configuration = try Configuration.read(folder: folder.path, shipped: folder.path)
    return DoorTerms(outbound: configuration.outbound, senders: configuration.senders)
  }

  private static func event(_ callback: JSONValue) -> JSONValue { Example.record(["callback": callback]) }

  @Test(
    "What may not be called is refused by every door, naming the field",
    arguments: [
      ("https://evil.example/", 403, "callback.url"), ("https://ci.example.org:22/", 403, "callback.url"),
      ("http://169.254.169.254/latest", 403, "callback.url"), ("http://127.0.0.1:8070/", 403, "callback.url"),
      ("file:///etc/passwd", 400, "callback"), ("https://user:sekret@ci.example.org/", 400, "callback"),
      ("ci.example.org", 400, "callback"),
    ])
  func refused(_ url: String, _ status: Int, _ field: String) async throws {
    try await DoorsUnderTest.onClone(terms: Self.terms()) { doors, lab in
      let answer = try await doors.post(Self.event(.string(url)))
      #expect(answer.status == status && answer.field == field, "\(answer.text)")
      #expect(!answer.text.contains("sekret"))
      #expect(try await lab.count("SELECT count(*)::int AS count FROM boardcast.event") == 0)
    }
  }

  @Test("A batch is refused whole with the element's field; an odd member of the callback by its name")
  func otherForms() async throws {
    try await DoorsUnderTest.onClone(terms: Self.terms()) { doors, lab in
      let good: JSONValue = [
        "specversion": "1.0", "id": "1", "source": "ci", "type": "t",
        "data": Self.event("https://ci.example.org/h"),
      ]
      let bad: JSONValue = [
        "specversion": "1.0", "id": "2", "source": "ci", "type": "t", "callback": "https://evil.example/",
        "data": Example.record(["build_id": "other"]),
      ]
      let type = "application/cloudevents-batch+json"
      let batch = try await doors.post(.array([good, bad]), type: type)
      #expect(batch.status == 403 && batch.field == "[1].data.callback.url", "\(batch.text)")
      let odd = try await doors.post(Self.event(["url": "https://ci.example.org/h", "eachjob": true]))
      #expect(odd.status == 400 && odd.field == "callback.eachjob", "\(odd.text)")
      #expect(try await lab.count("SELECT count(*)::int AS count FROM boardcast.event") == 0)
    }
  }

  @Test("What may is kept with its event, shown without its query; CloudEvents ask by an extension too")
  func kept() async throws {
    try await DoorsUnderTest.onClone(terms: Self.terms()) { doors, lab in
      let url = "https://ci.example.org/h?token=sekret"
      let plain = try await doors.post(Self.event(["url": .string(url), "each_job": true]))
      #expect(plain.status == 202, "\(plain.text)")
      let envelope: JSONValue = [
        "specversion": "1.0", "id": "2", "source": "ci", "type": "t", "callback": .string(url),
        "data": Example.record(["build_id": "other"]),
      ]
      #expect(try await doors.post(envelope, type: "application/cloudevents+json").status == 202)
      let orders = try await lab.connection.withSession { session in
        try session.query("SELECT url, each_job, signer FROM boardcast.callback_order ORDER BY event_id").map {
          "\(try $0.string("url")) \(try $0.bool("each_job")) \(try $0.string("signer"))"
        }
      }
      #expect(orders == ["\(url) true user:ci-bot", "\(url) false user:ci-bot"])
      for id in 1...2 {
        let shown = try await doors.get("/api/v1/events/\(id)", authorization: "Token \(doors.tokens.bot)")
        #expect(shown.status == 200 && !shown.text.contains("sekret") && shown.text.contains("ci.example.org/h?…"))
      }
    }
  }

  @Test("Whose callbacks nobody can sign may ask for none")
  func unsigned() async throws {
    try await DoorsUnderTest.onClone(terms: Self.terms()) { doors, _ in
      let answer = try await doors.post(
        Self.event("https://ci.example.org/h"), authorization: "Token \(doors.tokens.admin)")
      #expect(answer.status == 403 && answer.field == "callback", "\(answer.text)")
    }
  }

  @Test("A source's own callback goes with each of its events, and the lab's file is enough to allow it")
  func ofASource() async throws {
    let hook = HookCase.jenkins
    let more = "callback: {url: 'http://10.0.0.1:8080/jobs', each_job: true}\ncallback_secret_file: secret\n"
    let folder = try hook.folder(mapping: HookCase.map + more)
    try await TestLab.with(boards: []) { lab in
      let folders = [folder.path, Lab.repository + "/producers"]
      try await DoorsUnderTest.with(lab.configuration, producers: folders) { doors in
        #expect(try await hook.post(doors).status == 202)
        let order = try await lab.connection.withSession { session in
          try session.query("SELECT url, signer, by_lab, each_job FROM boardcast.callback_order").map {
            "\(try $0.string("url")) \(try $0.string("signer")) \(try $0.bool("by_lab")) \(try $0.bool("each_job"))"
          }
        }
        #expect(order == ["http://10.0.0.1:8080/jobs source:jenkins/mine true true"])
      }
    }
  }
}
