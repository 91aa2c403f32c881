import TestRandom
import BuildEvents
import Testing

/// 20,000 damaged copies of each fixture: no reader may crash, and no event may leave one with a URL that is not http.
@Suite("Damaged messages never crash a reader nor slip a URL through")
struct MutationTests {
  static let count = 20_000

  @Test("plain records", arguments: Fixtures.all.indices)
  func plain(_ index: Int) {
    fuzz(Fixtures.all[index], seed: UInt64(index)) { bytes in
      try BuildEvent.decode(contentType: nil, headers: [], body: bytes)
    }
  }

  @Test("structured CloudEvents")
  func structured() {
    fuzz(Fixtures.structured, seed: 100) { bytes in
      try BuildEvent.decode(contentType: "application/cloudevents+json", headers: [], body: bytes)
    }
  }

  @Test("header values of binary CloudEvents")
  func binary() {
    let body = Array(Fixtures.data.utf8)
    fuzz("https://ci.example.org/%E2%82%AC", seed: 200) { bytes in
      let value = String(decoding: bytes, as: UTF8.self)
      let headers = [("ce-specversion", "1.0"), ("ce-id", value), ("ce-source", value), ("ce-type", "t")]
      return try BuildEvent.decode(contentType: nil, headers: headers, body: body)
    }
  }

  @Test("XML-RPC calls")
  func calls() {
    fuzz(Fixtures.call, seed: 300) { bytes in
      guard let value = try XMLRPCCall.parse(bytes).parameters.first else { return nil }
      return try BuildEvent(plain: JSONValue(value))
    }
  }

  private func fuzz(_ text: String, seed: UInt64, _ read: ([UInt8]) throws -> BuildEvent?) {
    var generator = SeededRandom(seed: seed)
    let original = Array(text.utf8)
    var taken = 0
    for round in 0..<Self.count {
      let bytes = damaged(original, &generator)
      do {
        guard let event = try read(bytes) else { continue }
        taken += 1
        let good =
          event.images.values.allSatisfy { isHTTP($0.url) } && (event.status != .success || !event.images.isEmpty)
        if !good { Issue.record("seed \(seed) round \(round): \(String(decoding: bytes, as: UTF8.self))") }
        // Reading back is dearer than reading; a sample is enough.
        if taken % 64 == 0, (try? BuildEvent(record: JSONValue.parse(event.record.serialized))) != event {
          Issue.record("seed \(seed) round \(round) does not read back: \(String(decoding: bytes, as: UTF8.self))")
        }
      } catch let refusal as EventRefusal {
        if refusal.message.isEmpty { Issue.record("seed \(seed) round \(round): refused without a word") }
      } catch is XMLRPCFault {
      } catch {
        Issue.record("seed \(seed) round \(round): \(error)")
      }
    }
    #expect(taken > 0, "damage in a text's middle leaves an event: if none is taken the fixture itself is bad")
  }

  private func isHTTP(_ url: String) -> Bool {
    let lower = url.lowercased()
    return (lower.hasPrefix("http://") || lower.hasPrefix("https://")) && !url.utf8.contains { $0 <= 0x20 || $0 > 0x7E }
  }

  /// One to three changes: a byte replaced, dropped, doubled or put in, or a run moved.
  private func damaged(_ original: [UInt8], _ generator: inout SeededRandom) -> [UInt8] {
    var bytes = original
    for _ in 0..<(1 + Int(generator.next() % 3)) {
      let index = Int(generator.next() % UInt64(bytes.count))
      let telling = Array("{}[]\",:\\<>&;/@%\u{0}09eE-+.tfnu \n'!".utf8)
      let byte =
        generator.next() % 2 == 0
        ? UInt8(generator.next() & 0xFF) : telling[Int(generator.next() % UInt64(telling.count))]
      switch generator.next() % 5 {
      case 0, 1: bytes[index] = byte
      case 2: bytes.insert(byte, at: index)
      case 3 where bytes.count > 1: bytes.remove(at: index)
      default:
        let length = min(1 + Int(generator.next() % 12), bytes.count - index)
        bytes.insert(contentsOf: Array(bytes[index..<index + length]), at: Int(generator.next() % UInt64(bytes.count)))
      }
    }
    return bytes
  }
}
