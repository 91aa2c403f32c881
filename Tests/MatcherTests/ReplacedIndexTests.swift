import Matcher
import TestRandom
import Testing

@Suite("An index with boards replaced is the index of those boards")
struct ReplacedIndexTests {
  /// Protects decisions on a snapshot that follows LAVA: no sequence of replacements leaves a trace of what was before.
  @Test(arguments: 0..<10)
  func equalsNaiveScan(block: Int) {
    for seed in (block * 30)..<((block + 1) * 30) {
      var world = RandomInventory(seed: UInt64(seed) &+ 3_000_000)
      // More boards than one piece of the list holds.
      var boards = (0..<8).flatMap { round in world.boards().map { $0.named("\(round)-\($0.hostname)") } }
      boards.sort { $0.hostname < $1.hostname }
      guard !boards.isEmpty else { continue }
      var index = InventoryIndex(boards: boards)
      for _ in 0..<20 {
        let others = world.boards().prefix(Int.random(in: 0...10, using: &world.random))
        var changed: [Int: Board] = [:]
        for other in others {
          let position = Int.random(in: 0..<boards.count, using: &world.random)
          changed[position] = other.named(boards[position].hostname)
        }
        for (position, board) in changed { boards[position] = board }
        let before = index
        let asked = world.requirements()
        let answeredBefore = before.compatible(with: asked)
        index = index.replacing(changed.map { (position: $0.key, board: $0.value) })
        #expect(Array(index.boards) == boards, "seed \(seed)")
        let scanned = boards.indices.filter { boards[$0].verdict(for: asked).isCompatible }
        #expect(index.compatible(with: asked) == scanned, "seed \(seed): \(asked)")
        #expect(before.compatible(with: asked) == answeredBefore, "seed \(seed): whoever holds the old one keeps it")
      }
    }
  }

  @Test func positionsAreFoundByName() {
    for seed in 0..<100 {
      var world = RandomInventory(seed: UInt64(seed))
      let index = InventoryIndex(boards: world.boards())
      for (position, board) in index.boards.enumerated() { #expect(index.position(of: board.hostname) == position) }
      for nobody in ["", "board-", "board-999", "zzz"] { #expect(index.position(of: nobody) == nil) }
    }
  }

  /// Protects the list of boards in pieces, at and around the length of a piece.
  @Test(arguments: [0, 1, 127, 128, 129, 256, 1000])
  func pieces(count: Int) {
    var random = SeededRandom(seed: UInt64(count))
    var plain = Array(0..<count)
    var chunks = Chunks(plain)
    #expect(Array(chunks) == plain && chunks == Chunks(plain))
    for round in 1...20 where count > 0 {
      let position = Int.random(in: 0..<count, using: &random)
      let before = chunks
      chunks = chunks.replacing([(position: position, element: -round)])
      #expect(before[position] == plain[position] && chunks != before)
      plain[position] = -round
      #expect(Array(chunks) == plain && chunks.count == count)
    }
  }
}

extension Board {
  fileprivate func named(_ hostname: String) -> Board {
    Board(
      hostname: hostname, deviceType: deviceType, aliases: aliases, tags: tags, capabilities: capabilities,
      availability: availability)
  }
}
