import Foundation
import TestRandom
import Testing

@testable import BuildEvents

/// Protects the doors from whatever comes: damaged messages never crash an adapter, what is taken makes sense, and what
/// is refused names its field. docs/mutations.md says what sense is.
///
/// 2,000 copies of each sample, the same in every run; `make mutations` makes 100,000, of one sample if asked.
@Suite("Damaged messages of producers")
struct AdapterMutationTests {
  static let count = ProcessInfo.processInfo.environment["BOARDCAST_MUTATIONS"].flatMap { Int($0) } ?? 2_000

  /// Those whose producer or file the variable names; all without it.
  static let samples = Sample.all.filter { sample in
    ProcessInfo.processInfo.environment["BOARDCAST_MUTATED"].map(sample.testDescription.contains) ?? true
  }

  /// What became of the copies of one sample.
  private struct Tally {
    var taken = 0
    /// Of those taken: the record's own check found something that a mapping has to replace, and named its field.
    var incomplete = 0
    var ignored = 0
    /// Refused with the message's field.
    var refused = 0
    /// Refused because the whole of it cannot be read: no JSON, no UTF-8, too deep.
    var unreadable = 0

    var description: String {
      "\(taken) taken (\(incomplete) of them with a field for the mapping to mend), \(ignored) ignored, "
        + "\(refused) refused by field, \(unreadable) unreadable"
    }
  }

  @Test("bytes and fields", arguments: AdapterMutationTests.samples)
  func damaged(_ sample: Sample) throws {
    let adapter = try #require(Producers.named(sample.producer))
    let original = try sample.body
    let document = try? JSONValue.parse(original)
    var generator = SeededRandom(seed: UInt64(sample.file.utf8.reduce(7) { $0 &* 31 &+ Int($1) } & 0xFFFF))
    var tally = Tally()
    for round in 0..<Self.count {
      // Every other copy is still JSON, so that fields are reached and not only the parser.
      let bytes: [UInt8]
      if round % 2 == 0 {
        bytes = mutated(document, original, &generator)
      } else {
        bytes = damagedBytes(original, &generator)
      }
      var headers = sample.headers
      if round % 10 == 3, let name = headers.keys.sorted().randomElement(using: &generator) { headers[name] = "x" }
      let payload = ProducerPayload(bytes, contentType: headers["content-type"], headers: headers)
      for trouble in look(payload, adapter, round, &tally) {
        Issue.record("round \(round): \(trouble): \(String(decoding: bytes.prefix(2000), as: UTF8.self))")
      }
    }
    print("\(sample.testDescription), \(Self.count) damaged: \(tally.description)")
    #expect(tally.taken > 0 && tally.refused > 0, "\(tally.description)")
  }

  /// What is wrong with how one copy was read.
  private func look(
    _ payload: ProducerPayload, _ adapter: any ProducerAdapter, _ round: Int, _ tally: inout Tally
  ) -> [String] {
    do {
      let reading = try adapter.read(payload)
      if round % 50 == 0, try adapter.read(payload) != reading { return ["read twice it is two things"] }
      switch reading {
      case .ignored(_, let why):
        tally.ignored += 1
        return why.isEmpty || why.utf8.count > 600 || why.utf8.contains { $0 < 0x20 } ? ["ignored for '\(why)'"] : []
      case .build(let facts):
        tally.taken += 1
        let untrue = SuccessClaim.trouble(adapter.name, payload).map { ["taken although \($0)"] } ?? []
        return untrue + nonsense(facts, &tally)
      }
    } catch {
      let isAboutAllOfIt =
        ["malformed", "too_large", "too_deep", "unsupported"].contains(error.code.rawValue)
        || ["the event must be an object", "a string holds", "a number is too large"].contains {
          error.message.hasPrefix($0)
        }
      if error.field == nil { tally.unreadable += 1 } else { tally.refused += 1 }
      var troubles: [String] = []
      if error.field == nil, !isAboutAllOfIt { troubles.append("no field in '\(error)'") }
      if error.field?.isEmpty == true { troubles.append("an empty field in '\(error)'") }
      if error.description.utf8.contains(where: { $0 < 0x20 }) { troubles.append("two lines in '\(error)'") }
      if error.description.utf8.count > 2000 { troubles.append("a long line") }
      return troubles
    }
  }

  /// What is wrong with what was taken.
  private func nonsense(_ facts: ProducerFacts, _ tally: inout Tally) -> [String] {
    var troubles: [String] = []
    if facts.buildID.isEmpty || facts.buildID.utf8.count > 1024 || facts.buildID.utf8.contains(where: { $0 < 0x20 }) {
      troubles.append("the build has no good name")
    }
    for file in facts.files {
      if let wrong = Self.wrong(address: file.url) { troubles.append("the file \(file.name): \(wrong)") }
    }
    // The record's own check must end in an event or in a refusal with a field.
    var record = facts.record
    record["source"] = "s"
    record["build_id"] = .string(facts.buildID)
    record["status"] = "success"
    if record["images"] == nil { record["images"] = ["kernel": "http://h/k"] }
    do {
      let event = try BuildEvent(plain: .object(record))
      if event.images.isEmpty { troubles.append("an event without images") }
      if event.status != .success { troubles.append("an event that is no success") }
      for (role, image) in event.images {
        if let wrong = Self.wrong(address: image.url) { troubles.append("the image \(role): \(wrong)") }
      }
      var words = event.deviceTypes + event.boards + event.tags
      words += event.properties.keys
      words += [event.imageFamily, event.imageName, event.hardwarePack, event.kernelVersion].compactMap { $0 }
      for word in words where word.isEmpty || word.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
        troubles.append("the word '\(word)'")
      }
      if let time = event.completedAt, !Timestamp.isValid(time) { troubles.append("the time \(time)") }
    } catch {
      tally.incomplete += 1
      if error.field == nil { troubles.append("no field in '\(error)'") }
    }
    return troubles
  }

  /// Why a board must not be sent to an address; nil where it may.
  private static func wrong(address: String) -> String? {
    guard address.hasPrefix("http://") || address.hasPrefix("https://") else { return "\(address) is no http" }
    let host = address.drop { $0 != ":" }.dropFirst(3).prefix { !"/?#".contains($0) }
    if host.isEmpty { return "\(address) has no host" }
    if host.contains("@") { return "\(address) has credentials" }
    return address.utf8.contains { $0 <= 0x20 || $0 == 0x7F } ? "\(address) has a space or worse in it" : nil
  }

  private func damagedBytes(_ original: [UInt8], _ generator: inout SeededRandom) -> [UInt8] {
    var bytes = original
    for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
      let at = Int.random(in: 0..<bytes.count, using: &generator)
      switch Int.random(in: 0..<4, using: &generator) {
      case 0: bytes[at] = UInt8.random(in: 0...255, using: &generator)
      case 1: bytes.remove(at: at)
      case 2: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: at)
      default: bytes.removeSubrange(at..<min(bytes.count, at + Int.random(in: 1...40, using: &generator)))
      }
    }
    return bytes
  }

  private static let words: [JSONValue] = [
    .null, true, false, 0, -1, 9_223_372_036_854_775_807, .double(1e300), "", " ", "a\nb", "\u{202E}x", "../..",
    "http://u:p@h/", "http://", "javascript:alert(1)", "success", "SUCCESS", "{{ x }}", "${IFS}", "%00", [], [:],
    .string(String(repeating: "x", count: 5000)), ["a": ["b": ["c": 1]]], [1, [2, [3]]],
  ]

  /// The message with other fields, in the form it has: JSON, JSON within a string of JSON, or lines of assignments.
  private func mutated(_ document: JSONValue?, _ original: [UInt8], _ generator: inout SeededRandom) -> [UInt8] {
    switch document {
    case .string(let text)?:
      guard let inner = try? JSONValue.parse(Array(text.utf8)) else { return original }
      return JSONValue.string(String(decoding: mutated(inner, &generator).serialized, as: UTF8.self)).serialized
    case let document?: return mutated(document, &generator).serialized
    case nil:
      var lines = String(decoding: original, as: UTF8.self).split(separator: "\n").map(String.init)
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        guard let at = lines.indices.randomElement(using: &generator) else { break }
        let name = lines[at].prefix { $0 != "=" }
        let word = Self.words.randomElement(using: &generator)?.stringValue ?? "$(id)"
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: lines.remove(at: at)
        case 1: lines.append("\(name)=\(word)")
        default: lines[at] = "\(name)=\(word.replacing("\n", with: " "))"
        }
      }
      return Array(lines.joined(separator: "\n").utf8)
    }
  }

  /// One to three fields of it are other values, gone, or under another name.
  private func mutated(_ document: JSONValue, _ generator: inout SeededRandom) -> JSONValue {
    var document = document
    for _ in 0..<Int.random(in: 1...3, using: &generator) { document = changed(document, &generator) }
    return document
  }

  private func changed(_ value: JSONValue, _ generator: inout SeededRandom) -> JSONValue {
    if Int.random(in: 0..<8, using: &generator) == 0 { return Self.words.randomElement(using: &generator) ?? .null }
    switch value {
    case .object(var members):
      guard let key = members.keys.sorted().randomElement(using: &generator), let old = members[key] else {
        return value
      }
      switch Int.random(in: 0..<8, using: &generator) {
      case 0: members[key] = nil
      case 1:
        members[key] = nil
        members[key + "\u{7}"] = old
      default: members[key] = changed(old, &generator)
      }
      return .object(members)
    case .array(var elements):
      guard let at = elements.indices.randomElement(using: &generator) else { return ["x"] }
      elements[at] = changed(elements[at], &generator)
      return .array(elements)
    default: return Self.words.randomElement(using: &generator) ?? .null
    }
  }
}
