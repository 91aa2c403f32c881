import BuildEvents
import Testing

@Suite("XML-RPC values become JSON without a surprise")
struct JSONFromXMLRPCTests {
  @Test("times become RFC 3339 in UTC, nil becomes null")
  func values() throws {
    let value: XMLRPCValue = .struct([
      "a": .array([.nil, .bool(true), .int(1), .double(0.5), .string("x")]), "t": .dateTime("20110208T09:30:00"),
      "u": .dateTime("2011-02-08T09:30:00"), "z": .dateTime("20110208T09:30:00Z"),
      "o": .dateTime("20110208T09:30:00+02:00"),
    ])
    #expect(
      try JSONValue(value) == [
        "a": [.null, true, 1, .double(0.5), "x"], "t": "2011-02-08T09:30:00Z", "u": "2011-02-08T09:30:00Z",
        "z": "2011-02-08T09:30:00Z", "o": "2011-02-08T09:30:00+02:00",
      ])
  }

  @Test("base64 is refused by the path of its member")
  func base64() {
    let value: XMLRPCValue = .struct(["images": .struct(["kernel": .array([.base64([1])])])])
    let error = #expect(throws: EventRefusal.self) { try JSONValue(value) }
    #expect(error?.field == "images.kernel[0]")
    #expect(error?.code == .unsupported)
  }

  @Test("an infinite double cannot become JSON")
  func infinite() {
    #expect(throws: EventRefusal.self) { try JSONValue(.double(.infinity)) }
  }
}
