import TestRandom
import Matcher
import Testing

@Suite("The index answers what a naive scan answers")
struct InventoryIndexTests {
  /// Protects the one promise of the index: same boards as asking every board, over thousands of random worlds.
  @Test(arguments: 0..<20)
  func equalsNaiveScan(block: Int) {
    for seed in (block * 200)..<((block + 1) * 200) {
      var world = RandomInventory(seed: UInt64(seed))
      let boards = world.boards()
      let index = InventoryIndex(boards: boards)
      for _ in 0..<10 {
        let requirements = world.requirements()
        let scanned = boards.filter { $0.verdict(for: requirements).isCompatible }.map(\.hostname).sorted()
        let answered = index.compatible(with: requirements).map { index.boards[$0].hostname }
        #expect(answered == scanned, "seed \(seed): \(requirements)")
      }
    }
  }

  /// Protects against any dependence on the order in which LAVA's rows arrive.
  @Test func orderDoesNotMatter() {
    for seed in 0..<500 {
      var world = RandomInventory(seed: UInt64(seed) &+ 1_000_000)
      let boards = world.boards()
      let requirements = world.requirements()
      let one = InventoryIndex(boards: boards)
      let other = InventoryIndex(boards: boards.shuffled(using: &world.random))
      #expect(
        one.compatible(with: requirements).map { one.boards[$0] }
          == other.compatible(with: requirements).map { other.boards[$0] })
    }
  }

  /// Protects the meaning of "unknown": a board nobody described matches nothing, not even empty requirements.
  @Test func undescribedBoardNeverMatches() {
    let index = InventoryIndex(boards: [Board(hostname: "mystery-01", deviceType: "mystery")])
    #expect(index.compatible(with: Requirements()).isEmpty)
  }

  /// Protects the monotony people rely on: demanding more never adds a board.
  @Test func moreDemandsNeverAddBoards() {
    for seed in 0..<500 {
      var world = RandomInventory(seed: UInt64(seed) &+ 2_000_000)
      let index = InventoryIndex(boards: world.boards())
      let requirements = world.requirements()
      var stricter = requirements
      stricter.tags.insert("usb")
      #expect(Set(index.compatible(with: stricter)).isSubset(of: index.compatible(with: requirements)))
    }
  }
}
