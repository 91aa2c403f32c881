import BoardInventory
import TestRandom
import Testing

@testable import SchedulerPlugin

/// Protects the pin: a job must reach its one board, so no two boards may get one tag, and LAVA must take the tag.
@Suite("Boards' own tags")
struct BoardTagTests {
  private func isTag(_ name: String) -> Bool {
    name.utf8.count <= 50 && name.wholeMatch(of: /[-a-zA-Z0-9_]+/) != nil
  }

  @Test("Names as they are in use already must never change: tags of old versions stand in LAVA")
  func stable() {
    #expect(BoardTag.name(for: "qemu-01") == "board-qemu-01")
    #expect(BoardTag.name(for: "BBB_7") == "board-BBB_7")
    #expect(BoardTag.name(for: "rack1.board3") == "board-rack1board3-6d769cb2e9af9aaa")
    #expect(
      BoardTag.name(for: String(repeating: "x", count: 200)) == "board-xxxxxxxxxxxxxxxxxxxxxxxxxxx-aa20c23e32018340")
    #expect(BoardTag.name(for: "é") == "board--4a99557e4033c353")
  }

  @Test(
    "Odd hostnames give tags LAVA takes",
    arguments: [
      "", "a", ".", "a.b", "ä", "名前", "a b", "a'b\"c", "a\nb", "board+to+be+named", "-", "_", "\u{1F41F}",
      String(repeating: "y", count: 35), String(repeating: "y", count: 36), String(repeating: "ü", count: 200),
      String(repeating: "a.", count: 100),
    ])
  func odd(hostname: String) {
    let name = BoardTag.name(for: hostname)
    #expect(isTag(name), "\(name)")
    #expect(name.hasPrefix("board-"))
    #expect(name != BoardTag.placeholder)
    #expect(name == BoardTag.name(for: hostname))
  }

  @Test("Over 60,000 hostnames that differ little, no two boards share a tag")
  func distinct() {
    var random = SeededRandom(seed: 11)
    let letters = Array("ab-_.+é")
    var hosts: Set<String> = []
    while hosts.count < 60_000 {
      // Lengths around those where the form changes, and LAVA's longest.
      let length = [1, 5, 12, 34, 35, 36, 37, 50, 100, 200].randomElement(using: &random) ?? 1
      hosts.insert(String((0..<length).compactMap { _ in letters.randomElement(using: &random) }))
      hosts.insert(String(repeating: "x", count: length) + String(hosts.count))
    }
    let names = Set(hosts.map(BoardTag.name(for:)))
    #expect(names.count == hosts.count)
    #expect(names.allSatisfy(isTag))
  }

  @Test("A hostname that looks like another board's shortened tag does not get that tag")
  func disguise() {
    let odd = BoardTag.name(for: "rack1.board3")
    #expect(BoardTag.name(for: String(odd.dropFirst("board-".count))) != odd)
  }
}
