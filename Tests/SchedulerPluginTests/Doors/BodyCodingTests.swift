import BuildEvents
import Foundation
import LabSupport
import PostgresClient
import Testing

@testable import SchedulerPlugin

/// Protects memory from bombs, and senders who pack their messages from being turned away.
@Suite("Doors: packed bodies")
struct BodyCodingTests {
  /// gzip's own work, so that what is read is what others write.
  private static func gzip(_ bytes: [UInt8]) async throws -> [UInt8] {
    let script = "import gzip, sys; sys.stdout.write(gzip.compress(sys.stdin.buffer.read()).hex())"
    let outcome = try await Command("/usr/bin/env", ["python3", "-c", script], input: Data(bytes)).runAside()
    return try #require(DoorSecretsHex.bytes(outcome.output))
  }

  private static func refusal(_ body: [UInt8], most: Int = 1 << 20) -> EventRefusal? {
    do throws(EventRefusal) {
      _ = try BodyCoding.gzip.decoded(body, most: most)
      return nil
    } catch {
      return error
    }
  }

  @Test("What was packed comes out as it was, small and large, to the last byte allowed")
  func whole() async throws {
    let random = (0..<300_000).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 7) }
    for bytes in [[], Array("{}".utf8), Array(repeating: 0x20, count: 60_000), random] {
      #expect(try BodyCoding.gzip.decoded(try await Self.gzip(bytes), most: max(bytes.count, 1)) == bytes)
    }
  }

  @Test("A bomb is 413 by size or by ratio, long before it is unpacked")
  func bombs() async throws {
    let bomb = try await Self.gzip(Array(repeating: 0x20, count: 50 << 20))
    #expect(Self.refusal(bomb)?.code == .tooLarge)
    #expect(Self.refusal(bomb, most: 100 << 20)?.code == .tooLarge)
    #expect(Self.refusal(try await Self.gzip(Array(repeating: 0x41, count: 10_000)), most: 9_999)?.code == .tooLarge)
  }

  @Test("What is no whole gzip is malformed: cut at any byte, changed, or followed by something")
  func broken() async throws {
    let good = try await Self.gzip(Array("{\"a\": 1, \"b\": [2, 3]}".utf8))
    for end in 0..<good.count { #expect(Self.refusal(Array(good[..<end]))?.code == .malformed, "cut at \(end)") }
    #expect(Self.refusal(good + [0])?.code == .malformed)
    #expect(Self.refusal(good + good)?.code == .malformed)
    var changed = good
    changed[good.count - 6] ^= 1
    #expect(Self.refusal(changed)?.code == .malformed)
    #expect(Self.refusal(Array("{}".utf8))?.code == .malformed)
  }

  @Test("At the doors: an event packed by gzip is the event; a signature is of the message; a bomb is 413")
  func doors() async throws {
    let hook = HookCase.gitHub
    let folder = try hook.folder()
    try await TestLab.with(boards: []) { lab in
      let folders = [folder.path, Lab.repository + "/producers"]
      try await DoorsUnderTest.with(lab.configuration, producers: folders) { doors in
        let packed = try await Self.gzip(Example.record().serialized)
        let coding = ["content-encoding": "gzip"]
        let answer = try await doors.post(bytes: packed, headers: coding)
        #expect(answer.status == 202, "\(answer.text)")
        #expect(try await doors.post(Example.record()).json["duplicate"] == true)
        let bomb = try await Self.gzip(Array(repeating: 0x20, count: 20 << 20))
        #expect(try await doors.post(bytes: bomb, headers: coding).status == 413)
        let signed = try await hook.post(
          doors, proof: hook.proof.merging(coding) { $1 }, body: Self.gzip(try hook.body))
        #expect(signed.status == 202, "\(signed.text)")
      }
    }
  }
}

private enum DoorSecretsHex {
  static func bytes(_ text: String) -> [UInt8]? {
    let digits = text.compactMap(\.hexDigitValue)
    guard digits.count == text.count, digits.count % 2 == 0 else { return nil }
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }
}
