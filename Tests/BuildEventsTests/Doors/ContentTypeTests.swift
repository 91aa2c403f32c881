import BuildEvents
import Testing

@Suite("The content type decides who reads the body")
struct ContentTypeTests {
  func decode(_ type: String?, headers: [(name: String, value: String)] = []) throws -> BuildEvent {
    try BuildEvent.decode(contentType: type, headers: headers, body: Array(Fixtures.neutral.utf8))
  }

  @Test(
    "JSON, or nothing, is the plain record",
    arguments: [
      nil, "", "application/json", "Application/JSON; charset=utf-8", "application/json;charset=\"UTF-8\"",
      "application/vnd.example+json",
    ])
  func plain(_ type: String?) throws { #expect(try decode(type).buildID == "oe-arm64-7") }

  @Test(
    "everything else is unsupported, and says what to send",
    arguments: [
      "text/plain", "application/x-www-form-urlencoded", "application/xml", "application/json; charset=latin1",
      "application/cloudevents-batch+json", "application/cloudevents+xml", "json", ";",
    ])
  func unsupported(_ type: String) {
    let refused = refusal { try decode(type) }
    #expect(refused?.code == .unsupported)
    #expect(refused?.field == "Content-Type")
    #expect(refused?.mend?.hasPrefix("send") == true)
  }

  @Test("a batch is refused with a line of its own")
  func batch() {
    let refused = refusal { try decode("application/cloudevents-batch+json") }
    #expect(refused?.message == "a batch of CloudEvents is not read here")
  }

  @Test("a ce- header alone does not make a CloudEvent; a required one does")
  func recognised() throws {
    #expect(try decode("application/json", headers: [("ce-extra", "1")]).envelope == nil)
    #expect(refusal { try decode("application/json", headers: [("Ce-Id", "1")]) }?.field == "ce-specversion")
  }
}
