import BuildEvents
import Testing

@Suite("JSON is read as RFC 8259 says, within bounds")
struct JSONParserTests {
  func parse(_ text: String, limits: Limits = .standard) throws -> JSONValue {
    try JSONValue.parse(Array(text.utf8), limits: limits)
  }

  func code(_ bytes: [UInt8], limits: Limits = .standard) -> EventRefusal.Code? {
    do {
      _ = try JSONValue.parse(bytes, limits: limits)
      return nil
    } catch {
      return error.code
    }
  }

  @Test("every kind of value, escapes and pairs of surrogates")
  func values() throws {
    let text = #" {"a":[1,-2,1.5,1e2,true,false,null],"b":"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00é😀","":{}} "#
    #expect(
      try parse(text) == [
        "a": [1, -2, .double(1.5), .double(100), true, false, .null],
        "b": "\"\\/\u{8}\u{c}\n\r\té😀é😀", "": [:],
      ])
    #expect(try parse("\u{FEFF}[]") == [])
    #expect(try parse("9223372036854775807") == .int(.max))
    #expect(try parse("-9223372036854775808") == .int(.min))
    #expect(try parse("9223372036854775808") == .double(9_223_372_036_854_775_808))
    #expect(try parse("1.0") == .double(1))
  }

  @Test("of a repeated name the last counts, as in jsonb")
  func repeatedName() throws {
    #expect(try parse(#"{"a":1,"a":2}"#) == ["a": 2])
    #expect(try parse(#"{"a":1,"\u0061":3}"#) == ["a": 3])
  }

  @Test(
    "what is no JSON is refused as malformed",
    arguments: [
      "", " ", "{", "}", "[", "[1", "[1,", "[1,]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{'a':1}", "01", "-",
      "1.", ".5", "1e", "1e+", "+1", "NaN", "Infinity", "tru", "truex", "nul", "\"", "\"\\", "\"\\x\"", "\"\\u12\"",
      "\"\\u12g4\"", "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\ud800\"", "\"\\ud800x\"", "\"\\ud800\\n\"",
      "\"a\nb\"", "\"\u{0}\"", "1 2", "{} x", "[1 2]", "{\"a\" 1}", "// c\n1",
    ])
  func malformed(_ text: String) { #expect(code(Array(text.utf8)) == .malformed) }

  @Test("bytes that are not UTF-8 are refused")
  func notUTF8() {
    #expect(code([0x22, 0xFF, 0x22]) == .malformed)
    #expect(code([0x22, 0xED, 0xA0, 0x80, 0x22]) == .malformed)  // an encoded surrogate
    #expect(code([0x7B, 0, 0x7D, 0]) == .malformed)  // UTF-16
  }

  @Test("a number beyond a double and U+0000 are refused: neither can be stored")
  func unstorable() {
    #expect(code(Array("1e999".utf8)) == .invalid)
    #expect(code(Array("-\(String(repeating: "9", count: 400))".utf8)) == .invalid)
    #expect(code(Array(#""a\u0000""#.utf8)) == .invalid)
  }

  @Test("depth, number of values and size are bounded at exactly the limit")
  func limits() {
    func nested(_ depth: Int) -> [UInt8] {
      Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
    }
    #expect(code(nested(32)) == nil)
    #expect(code(nested(33)) == .tooDeep)
    #expect(code(nested(500_000)) == .tooDeep)
    let ten = Array("[1,2,3,4,5,6,7,8,9]".utf8)
    #expect(code(ten, limits: Limits(members: 10)) == nil)
    #expect(code(ten, limits: Limits(members: 9)) == .tooLarge)
    #expect(code(ten, limits: Limits(bytes: ten.count)) == nil)
    #expect(code(ten, limits: Limits(bytes: ten.count - 1)) == .tooLarge)
  }

  @Test("a syntax error says line and column")
  func position() throws {
    let error = #expect(throws: EventRefusal.self) { try parse("{\n  \"a\": x}") }
    #expect(error?.message.contains("line 2 column 8") == true)
  }
}
