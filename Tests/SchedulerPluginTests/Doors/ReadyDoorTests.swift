import BuildEvents
import LabSupport
import PostgresClient
import Testing

@testable import SchedulerPlugin

/// Protects whoever watches: ready means events are kept and somebody decides them, and an outage says what is out.
@Suite("Health and outages at the doors")
struct ReadyDoorTests {
  @Test("Not ready before the writer writes or while it must not; alive all the while")
  func phases() async throws {
    try await DoorsUnderTest.onClone { doors, _ in
      let before = try await doors.get("/readyz")
      #expect(before.status == 503)
      #expect(before.json["ready"] == false)
      #expect(before.json["checks"]?["writer"] == "not started")
      #expect(before.json["checks"]?["database"] == "ok")
      for (phase, status, word) in [
        (WriterStatus.Phase.writing, 200, "writing"), (.standby, 200, "standby"), (.away("broken"), 503, "broken"),
        (.holding("a column"), 503, "a column"),
      ] {
        _ = doors.status.set(phase)
        let answer = try await doors.get("/readyz")
        #expect(answer.status == status)
        #expect(answer.json["checks"]?["writer"] == .string(word))
      }
      #expect(try await doors.get("/healthz").status == 200)
    }
  }

  @Test("A column nobody can fill makes it unready, with the column's name")
  func unfit() async throws {
    try await DoorsUnderTest.onClone { doors, lab in
      _ = doors.status.set(.writing)
      #expect(try await doors.get("/readyz").status == 200)
      try await lab.change("ALTER TABLE lava_scheduler_app_testjob ADD COLUMN quantum_bits integer NOT NULL")
      let answer = try await doors.get("/readyz")
      #expect(answer.status == 503)
      #expect(answer.json["checks"]?["database"]?.stringValue?.contains("quantum_bits") == true)
    }
  }

  @Test("With the database gone an event is 503 with Retry-After, over XML-RPC too, and the answer tells no secrets")
  func databaseGone() async throws {
    let configuration = try await LAVADatabase.with { $0 }
    try await DoorsUnderTest.with(configuration) { doors in
      _ = doors.status.set(.writing)
      let answer = try await doors.post(Example.record())
      #expect(answer.status == 503)
      #expect(answer.code == "database")
      #expect(answer.headers["retry-after"] == "5")
      let call = try await doors.call("<methodCall><methodName>system.listMethods</methodName></methodCall>")
      #expect(call.status == 503)
      let ready = try await doors.get("/readyz")
      #expect(ready.status == 503)
      #expect(ready.json["checks"]?["database"] != "ok")
      #expect(try await doors.get("/healthz").status == 200)
      #expect(doors.log.lines.contains { $0.contains("a request failed at the database") })
    }
  }

  @Test("An event that cannot be written is 503 and leaves nothing: the sender sends it again")
  func refusedInsert() async throws {
    try await DoorsUnderTest.onClone { doors, lab in
      try await lab.change("ALTER TABLE boardcast.event ADD CONSTRAINT not_today CHECK (build_id <> '17')")
      let answer = try await doors.post(Example.record())
      #expect(answer.status == 503)
      #expect(!answer.text.contains("not_today"))
      try await lab.change("ALTER TABLE boardcast.event DROP CONSTRAINT not_today")
      #expect(try await doors.post(Example.record()).status == 202)
    }
  }
}
