import BuildEvents
import Testing

@Suite("A stored record reads back to the same event")
struct StoredRecordTests {
  @Test("by way of JSON text, for every shape", arguments: Fixtures.all)
  func roundTrip(_ json: String) throws {
    let event = try event(json)
    #expect(try BuildEvent(record: event.record) == event)
    let stored = try JSONValue.parse(event.record.serialized)
    let back = try BuildEvent(record: stored)
    #expect(back == event)
    #expect(back.record == event.record)
    #expect(back.fingerprint == event.fingerprint)
  }

  @Test("with its CloudEvent")
  func envelope() throws {
    let event = try BuildEvent.decode(
      contentType: "application/cloudevents+json", headers: [], body: Array(Fixtures.structured.utf8))
    #expect(event.envelope != nil)
    #expect(try BuildEvent(record: event.record) == event)
  }

  @Test("unknown fields cannot take the place of the record's own")
  func forged() throws {
    let event = try event(Fixtures.full)
    #expect(event.record["extra"]?["envelope"] == ["id": "forged"])
    #expect(event.record["extra"]?["extra"] == ["envelope": 1])
    #expect(event.record["envelope"] == nil)
  }

  @Test("what is shown holds no header values")
  func shown() throws {
    let event = try event(Fixtures.full)
    #expect(event.record.canonical.contains("hunter2"))
    #expect(!event.publicRecord.canonical.contains("hunter2"))
    #expect(event.publicRecord.canonical.contains("PRIVATE-TOKEN"))
    #expect(!"\(event)".contains("hunter2"))
    #expect(!String(reflecting: event).contains("hunter2"))
  }

  @Test("credentials in kept fields are taken out, once for all")
  func credentials() throws {
    let event = try event(
      #"{"source":"s","build_id":"b","status":"success","images":{"k":"http://h/k"},"image_name":"http://u:p@h/n","#
        + #""properties":{"repo":"see https://tok@h/r and ssh://git@h/r"},"url":["HTTP://a:b@h/x","ftp://u:p@h/y"]}"#)
    #expect(event.imageName == "http://h/n")
    #expect(event.properties == ["repo": "see https://h/r and ssh://git@h/r"])
    #expect(event.extra == ["url": ["HTTP://h/x", "ftp://h/y"]])
    #expect(try BuildEvent(record: event.record) == event)
  }

  @Test("a row that was edited badly is refused, not half read")
  func edited() throws {
    guard case .object(var fields) = try event(Fixtures.neutral).record else { return }
    fields["images"] = ["kernel": "file:///etc/passwd"]
    #expect(refusal { try BuildEvent(record: .object(fields)) }?.field == "images.kernel")
  }
}
