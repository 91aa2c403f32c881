import TestRandom
import BuildEvents
import Testing

@Suite("JSON text is canonical and reads back to an equal value")
struct JSONTextTests {
  @Test("members are sorted by bytes, control characters escaped")
  func canonical() {
    let value: JSONValue = ["b": 1, "a": ["x\n\u{1}\u{7f}\"\\/ü"], "B": .double(2), "aa": .null]
    #expect(value.canonical == #"{"B":2.0,"a":["x\n\u0001\u007f\"\\/ü"],"aa":null,"b":1}"#)
  }

  @Test("equal values have equal text in whatever order the members came")
  func orderless() throws {
    let one = try JSONValue.parse(Array(#"{"x":{"p":1,"q":[2]},"y":3}"#.utf8))
    let other = try JSONValue.parse(Array(#"{"y":3,"x":{"q":[2],"p":1}}"#.utf8))
    #expect(one.canonical == other.canonical)
  }

  @Test("random values survive text; doubles keep being doubles, however jsonb would print them")
  func roundTrip() throws {
    var generator = SeededRandom(seed: 7)
    for _ in 0..<300 {
      let value = random(depth: 0, &generator)
      #expect(try JSONValue.parse(value.serialized) == value)
    }
    for number in [
      1e16, 1e15, 9.2e18, -9_223_372_036_854_775_808, .leastNonzeroMagnitude, 1e22, 1.7976931348623157e308, 0.1, -0.0,
    ] {
      #expect(try JSONValue.parse(JSONValue.double(number).serialized) == .double(number))
    }
    // A whole double within Int64 must not be written with an exponent: jsonb would turn it into an integer.
    #expect(JSONValue.double(1e16).canonical == "10000000000000000.0")
  }

  private func random(depth: Int, _ generator: inout SeededRandom) -> JSONValue {
    switch Int.random(in: 0..<(depth > 3 ? 5 : 7), using: &generator) {
    case 0: return .null
    case 1: return .bool(.random(using: &generator))
    case 2: return .int(.random(in: .min ... .max, using: &generator))
    case 3:
      return .double(Double(bitPattern: generator.next()).isFinite ? .random(in: -1e9...1e9, using: &generator) : 0)
    case 4: return .string(text(&generator))
    case 5: return .array((0..<3).map { _ in random(depth: depth + 1, &generator) })
    default:
      let pairs = (0..<3).map { _ in (text(&generator), random(depth: depth + 1, &generator)) }
      return .object(Dictionary(pairs) { $1 })
    }
  }

  private func text(_ generator: inout SeededRandom) -> String {
    let scalars = (0..<6).compactMap { _ in Unicode.Scalar(UInt32.random(in: 1..<0x3000, using: &generator)) }
    return String(String.UnicodeScalarView(scalars))
  }
}
