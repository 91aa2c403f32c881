import BuildEvents
import Foundation
import LabSupport
import PostgresClient
import Testing

@testable import SchedulerPlugin

/// Protects producers: each mistake of theirs gets its own clear answer, and an accepted event is on disk.
@Suite("The HTTP door for events")
struct EventDoorTests {
  @Test("A new event is 202 with its place, a repeated one 200 and nothing more, another one under its id 409")
  func accepted() async throws {
    try await DoorsUnderTest.onClone { doors, lab in
      let first = try await doors.post(Example.record())
      #expect(first.status == 202)
      #expect(first.headers["location"] == "/api/v1/events/1")
      #expect(first.json == ["id": 1, "url": "/api/v1/events/1", "duplicate": false])
      let again = try await doors.post(Example.record())
      #expect(again.status == 200)
      #expect(again.headers["location"] == "/api/v1/events/1")
      #expect(again.json == ["id": 1, "url": "/api/v1/events/1", "duplicate": true])
      func cloudEvent(_ build: JSONValue) -> JSONValue {
        [
          "specversion": "1.0", "id": "e1", "source": "urn:ci", "type": "built",
          "data": Example.record(["build_id": build]),
        ]
      }
      let type = "application/cloudevents+json"
      #expect(try await doors.post(cloudEvent("20"), type: type).status == 202)
      let conflict = try await doors.post(cloudEvent("21"), type: type)
      #expect(conflict.status == 409)
      #expect(conflict.code == "conflict")
      #expect(conflict.field == "id")
      #expect(try await lab.count("SELECT count(*)::int AS count FROM boardcast.event") == 2)
      let stored = try #require(try await lab.connection.withSession { try EventStore.event(1, $0) })
      #expect(stored.event == (try Example.event()))
      #expect(stored.senderName == "ci-bot")
    }
  }

  @Test("A CloudEvent in binary mode, and a record without a content type, are events too")
  func otherForms() async throws {
    try await DoorsUnderTest.onClone { doors, lab in
      let headers = ["ce-specversion": "1.0", "ce-id": "b1", "ce-source": "urn:ci", "ce-type": "built"]
      #expect(try await doors.post(Example.record(["build_id": "1"]), headers: headers).status == 202)
      #expect(try await doors.post(Example.record(["build_id": "2"]), type: nil).status == 202)
      let doorsUsed = try await lab.connection.withSession { session in
        try session.query("SELECT door, envelope_id FROM boardcast.event ORDER BY id").map {
          [try $0.string("door"), try $0.optionalString("envelope_id") ?? "-"]
        }
      }
      #expect(doorsUsed == [["cloudevents", "b1"], ["http", "-"]])
    }
  }

  @Test("Token, Bearer and Basic let in; nothing else does, and 401 comes before the body is looked at")
  func credentials() async throws {
    try await DoorsUnderTest.onClone { doors, lab in
      let token = doors.tokens.bot
      func basic(_ text: String) -> String { "Basic " + Data(text.utf8).base64EncodedString() }
      for good in ["Token \(token)", "token \(token)", "Bearer \(token)", "TOKEN  \(token)", basic("ci-bot:\(token)")] {
        #expect(try await doors.get("/api/v1/rules", authorization: good).status == 200, "\(good.prefix(7))")
      }
      let none = try await doors.post(bytes: Array("no json".utf8), authorization: "")
      #expect(none.status == 401)
      #expect(none.code == "no_credentials")
      #expect(none.headers["www-authenticate"] == "Token")
      for bad in [
        "Token", "Token x", "Token \(token) x", token, "Digest \(token)", basic("admin:\(token)"), basic(token),
        "Basic %%%", "Token \(token)x", basic("ci-bot:"),
      ] {
        let answer = try await doors.post(bytes: Array("no json".utf8), authorization: bad)
        #expect(answer.status == 401)
        #expect(answer.code == "invalid_token")
      }
      let inactive = try await doors.post(Example.record(), authorization: "Token \(doors.tokens.inactive)")
      #expect(inactive.status == 403)
      #expect(inactive.code == "inactive")
      for path in ["/api/v1/events", "/api/v1/events/1", "/api/v1/boards", "/api/v1/rules"] {
        #expect(try await doors.get(path).status == 401, "\(path)")
      }
      #expect(try await lab.count("SELECT count(*)::int AS count FROM boardcast.event") == 0)
    }
  }

  @Test("A body of 1 MiB is read, one byte more is 413")
  func size() async throws {
    try await DoorsUnderTest.onClone { doors, lab in
      func body(_ size: Int) -> [UInt8] {
        let record = Example.record().serialized
        return record + Array(repeating: UInt8(ascii: " "), count: size - record.count)
      }
      let large = try await doors.post(bytes: body(1 << 20 + 1))
      #expect(large.status == 413)
      #expect(large.code == "too_large")
      #expect(try await doors.post(bytes: body(1 << 20)).status == 202)
    }
  }

  @Test("Content types and encodings that are not read are 415")
  func types() async throws {
    try await DoorsUnderTest.onClone { doors, _ in
      for type in [
        "text/plain", "application/xml", "application/x-www-form-urlencoded", "application/json; charset=latin1",
        "application/cloudevents+avro",
      ] {
        let answer = try await doors.post(Example.record(), type: type)
        #expect(answer.status == 415, "\(type)")
        #expect(answer.code == "unsupported")
        #expect(answer.field == "Content-Type")
      }
      for coding in ["br", "gzip, gzip", "deflate"] {
        let coded = try await doors.post(Example.record(), headers: ["content-encoding": coding])
        #expect(coded.status == 415 && coded.field == "Content-Encoding", "\(coding): \(coded.text)")
      }
      #expect(try await doors.post(Example.record(), headers: ["content-encoding": "Identity"]).status == 202)
    }
  }

  private static let badRecords: [(JSONValue, code: String, field: String)] = [
    (Example.record(["build_id": .null]), "missing", "build_id"), (Example.record(["source": ""]), "missing", "source"),
    (Example.record(["images": .null]), "missing", "images"), (Example.record(["images": [:]]), "missing", "images"),
    (Example.record(["images": ["kernel": "ftp://x/y"]]), "invalid", "images.kernel"),
    (Example.record(["images": ["kernel": ["url": "file:///etc/passwd"]]]), "invalid", "images.kernel.url"),
    (Example.record(["arch": "z80"]), "unknown", "arch"), (Example.record(["status": .null]), "missing", "status"),
    (Example.record(["build_url": "http://u:secret@x/"]), "invalid", "build_url"),
  ]

  @Test("A bad record is 400 and names the field")
  func fields() async throws {
    try await DoorsUnderTest.onClone { doors, lab in
      for (record, code, field) in Self.badRecords {
        let answer = try await doors.post(record)
        #expect(answer.status == 400)
        #expect(answer.code == code, "\(answer.text)")
        #expect(answer.field == field, "\(answer.text)")
        #expect(answer.json["error"]?["mend"]?.stringValue?.isEmpty == false)
        #expect(!answer.text.contains("secret"))
      }
      for (body, code) in [
        ("{", "malformed"), ("", "malformed"), ("[1]", "invalid"), ("\u{1}", "malformed"),
        (String(repeating: "[", count: 33) + String(repeating: "]", count: 33), "too_deep"),
      ] {
        let answer = try await doors.post(bytes: Array(body.utf8))
        #expect(answer.status == 400)
        #expect(answer.code == code, "\(body.prefix(5)): \(answer.text)")
      }
      let latin = try await doors.post(bytes: [0x7B, 0x22, 0xE9, 0x22, 0x3A, 0x31, 0x7D])
      #expect(latin.status == 400)
      #expect(try await lab.count("SELECT count(*)::int AS count FROM boardcast.event") == 0)
    }
  }

  @Test("People see their own events, superusers all; another's event is as if it were not there")
  func reading() async throws {
    try await DoorsUnderTest.onClone { doors, _ in
      let (bot, admin) = ("Token \(doors.tokens.bot)", "Token \(doors.tokens.admin)")
      _ = try await doors.post(Example.record(["build_id": "1"]))
      _ = try await doors.post(Example.record(["build_id": "2"]), authorization: admin)
      func ids(_ authorization: String, _ path: String = "/api/v1/events") async throws -> [JSONValue?] {
        try await doors.get(path, authorization: authorization).json["events"]?.arrayValue?.map { $0["id"] } ?? []
      }
      #expect(try await ids(bot) == [1])
      #expect(try await ids(admin) == [2, 1])
      #expect(try await ids(admin, "/api/v1/events?limit=1") == [2])
      #expect(try await doors.get("/api/v1/events/1", authorization: bot).json["record"]?["build_id"] == "1")
      #expect(try await doors.get("/api/v1/events/1", authorization: admin).status == 200)
      for path in ["/api/v1/events/2", "/api/v1/events/99", "/api/v1/events/x", "/api/v1/nothing"] {
        #expect(try await doors.get(path, authorization: bot).status == 404, "\(path)")
      }
      #expect(try await doors.get("/api/v1/boards", authorization: bot).json == ["boards": [], "hidden_boards": 0])
      let rules = try await doors.get("/api/v1/rules", authorization: bot).json["rules"]?.arrayValue
      #expect(rules?.compactMap { $0["name"] } == ["nano-regression", "release-candidate-smoke"])
    }
  }

  @Test("A fetch header's secret goes into no answer")
  func imageHeaders() async throws {
    try await DoorsUnderTest.onClone { doors, _ in
      let image: JSONValue = ["url": "http://x/kernel", "headers": ["Authorization": "hunter2"]]
      #expect(try await doors.post(Example.record(["images": ["kernel": image]])).status == 202)
      for path in ["/api/v1/events/1", "/api/v1/events"] {
        let answer = try await doors.get(path, authorization: "Token \(doors.tokens.bot)")
        #expect(answer.status == 200)
        #expect(!answer.text.contains("hunter2"))
      }
      #expect(!doors.log.lines.contains { $0.contains("hunter2") })
    }
  }
}

/// Protects who may ask why, and that the answer is found under the event and the board.
@Suite("The HTTP door for explanations")
struct ExplainDoorTests {
  @Test("An event's owner and superusers read the explanation, of all boards or one; others and unknown names get 404")
  func explain() async throws {
    try await TestLab.with { lab in
      let id = try await lab.send()
      try await lab.pass()
      try await DoorsUnderTest.with(lab.configuration) { doors in
        let bot = "Token \(doors.tokens.bot)"
        let all = try await doors.get("/api/v1/events/\(id)/explanation", authorization: bot)
        #expect(all.status == 200)
        #expect(all.json["rules"]?.arrayValue?.first?["sentence"] == "2 boards: 2 queued")
        #expect(all.json["ignored"]?["release-candidate-smoke"] == "the event has no properties.version")
        let one = try await doors.get("/api/v1/events/\(id)/boards/qemu%2D02", authorization: bot)
        #expect(one.json["rules"]?.arrayValue?.first?["boards"]?.arrayValue?.count == 1)
        #expect(one.json["board"]?["device_type"] == "qemu")
        #expect(try await doors.get("/api/v1/events/\(id)/boards/nobody", authorization: bot).code == "not_found")
        #expect(try await doors.get("/api/v1/events/99/explanation", authorization: bot).code == "not_found")
        #expect(try await doors.get("/api/v1/events/\(id)/explanation").status == 401)
        let foreign = try await lab.send(["build_id": "18"], from: "admin")
        #expect(try await doors.get("/api/v1/events/\(foreign)/explanation", authorization: bot).status == 404)
        let admin = "Token \(doors.tokens.admin)"
        #expect(try await doors.get("/api/v1/events/\(foreign)/explanation", authorization: admin).status == 200)
      }
    }
  }
}
