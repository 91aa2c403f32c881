import BuildEvents
import Foundation
import Testing

@Suite("CloudEvents 1.0 in both modes end in the same record")
struct CloudEventsTests {
  typealias Headers = [(name: String, value: String)]

  static let headers: Headers = [
    ("ce-specversion", "1.0"), ("CE-ID", "oe-7"), ("ce-source", "https://ci.example.org/job/oe"),
    ("ce-type", "org.example.image.built"), ("ce-subject", "core-image-base/qemuarm64"),
    ("ce-time", "2026-01-01T01:30:00Z"), ("ce-traceparent", "00-ab-01"), ("Authorization", "Token x"),
  ]

  func structured(_ json: String, type: String = "application/cloudevents+json") throws -> BuildEvent {
    try BuildEvent.decode(contentType: type, headers: [], body: Array(json.utf8))
  }

  func structured(_ changes: [String: JSONValue]) throws -> BuildEvent {
    let good = try JSONValue.parse(Array(Fixtures.structured.utf8)).objectValue ?? [:]
    return try structured(JSONValue.object(good.merging(changes) { $1 }).canonical)
  }

  func binary(_ headers: Headers, body: String = Fixtures.data, type: String? = "application/json") throws -> BuildEvent
  {
    try BuildEvent.decode(contentType: type, headers: headers, body: Array(body.utf8))
  }

  @Test("structured: the envelope is kept, its source speaks for a record without one")
  func structuredMode() throws {
    let event = try structured(Fixtures.structured, type: "Application/CloudEvents+JSON ; charset=UTF-8")
    #expect(event.source == "https://ci.example.org/job/oe")
    #expect(event.buildID == "oe-7")
    #expect(event.envelope?.id == "oe-7")
    #expect(event.envelope?.source == "https://ci.example.org/job/oe")
    #expect(event.envelope?.type == "org.example.image.built")
    #expect(event.envelope?.subject == "core-image-base/qemuarm64")
    #expect(event.envelope?.time == "2026-01-01T01:30:00Z")
    #expect(event.envelope?.extensions == ["datacontenttype": "application/json", "traceparent": "00-ab-01"])
    #expect(event.extra.isEmpty)
  }

  @Test("binary: the same event, header names in any case")
  func binaryMode() throws {
    var event = try binary(Self.headers)
    let other = try structured(["datacontenttype": .null])
    #expect(event == other)
    event = try binary(Self.headers, type: nil)
    #expect(event == other)
  }

  @Test("a record's own source wins over the envelope's")
  func ownSource() throws {
    let event = try structured([
      "data": ["source": "mine", "build_id": 7, "status": "ok", "images": ["k": "http://h/k"]]
    ])
    #expect(event.source == "mine")
    #expect(event.envelope?.source == "https://ci.example.org/job/oe")
  }

  @Test("data_base64 is decoded")
  func base64() throws {
    let encoded = Data(Fixtures.data.utf8).base64EncodedString()
    #expect(try structured(["data": .null, "data_base64": .string(encoded)]) == structured([:]))
  }

  @Test("header values are unquoted and percent-decoded to UTF-8")
  func headerCoding() throws {
    let replaced = Self.headers.filter { $0.name != "ce-subject" }
    for (value, meaning) in [
      ("Euro%20%E2%82%AC%20%F0%9F%98%80", "Euro € 😀"), ("\"a \\\"b\\\"%21\"", "a \"b\"!"), ("100%", "100%"),
      ("%zz%4", "%zz%4"),
    ] {
      #expect(try binary(replaced + [("ce-subject", value)]).envelope?.subject == meaning)
    }
    #expect(refusal { try binary(replaced + [("ce-subject", "%ff")]) }?.field == "ce-subject")
    #expect(refusal { try binary(replaced + [("ce-subject", "a%0ab")]) }?.field == "ce-subject")
    #expect(refusal { try binary(replaced + [("ce-subject", "%00")]) }?.field == "ce-subject")
  }

  @Test("a missing attribute is named as its mode writes it", arguments: ["specversion", "id", "source", "type"])
  func missing(_ name: String) {
    let inBody = refusal { try structured([name: .null]) }
    #expect(inBody?.code == .missing && inBody?.field == name)
    let inHeader = refusal { try binary(Self.headers.filter { $0.name.lowercased() != "ce-\(name)" }) }
    #expect(inHeader?.code == .missing && inHeader?.field == "ce-\(name)")
    #expect(inHeader?.mend?.isEmpty == false)
  }

  @Test("bad attributes and data are named by their path")
  func bad() {
    #expect(refusal { try structured(["specversion": "0.3"]) }?.code == .unsupported)
    #expect(refusal { try structured(["specversion": 1]) }?.field == "specversion")
    #expect(refusal { try structured(["id": ["x"]]) }?.field == "id")
    #expect(refusal { try structured(["time": "today"]) }?.field == "time")
    #expect(refusal { try structured(["datacontenttype": "text/xml"]) }?.code == .unsupported)
    #expect(refusal { try structured(["data": .null]) }?.field == "data")
    #expect(refusal { try structured(["data": "text"]) }?.field == "data")
    #expect(refusal { try structured(["data": ["status": "success"]]) }?.field == "data.build_id")
    #expect(refusal { try structured(["data": ["build_id": "b", "status": "success"]]) }?.field == "data.images")
    #expect(refusal { try structured(["data_base64": "e30="]) }?.field == "data_base64")
    #expect(refusal { try structured(["data": .null, "data_base64": "*"]) }?.field == "data_base64")
    #expect(refusal { try structured(["data": .null, "data_base64": "eA=="]) }?.code == .malformed)
    #expect(refusal { try binary(Self.headers + [("ce-id", "again")]) }?.field == "ce-id")
    #expect(refusal { try binary(Self.headers, body: "") }?.code == .malformed)
    let image: JSONValue = ["build_id": "b", "status": "success", "images": ["kernel": ["url": "gopher://h"]]]
    #expect(refusal { try structured(["data": image]) }?.field == "data.images.kernel.url")
  }
}
