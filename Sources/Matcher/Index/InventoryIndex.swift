/// Boards arranged so that a question is answered by intersecting sets, without looking at the boards.
///
/// The answer is the same as asking `Board.verdict(for:)` of every board, whatever order the boards came in, and
/// whatever was replaced since. Immutable: readers share it without locks.
public struct InventoryIndex: Sendable {
  /// The boards, ordered by hostname. Positions in this are what the index answers with.
  public let boards: Chunks<Board>
  private let sets: BoardSets

  /// Builds the index; cost is linear in the boards, and in what the kinds of boards can run.
  public init(boards unordered: some Sequence<Board>) {
    self.init(sorted: Chunks(unordered.sorted { $0.hostname < $1.hostname }))
  }

  /// Builds the index over boards that are ordered by hostname already, each name once.
  public init(sorted boards: Chunks<Board>) { self.init(boards: boards, sets: BoardSets(boards)) }

  private init(boards: Chunks<Board>, sets: BoardSets) {
    self.boards = boards
    self.sets = sets
  }

  /// Positions in `boards`, ascending, of every board that can run what is asked, now or later.
  public func compatible(with requirements: Requirements) -> [Int] { sets.compatible(with: requirements) }

  /// Where a board is in `boards`; nil when there is none of that name.
  public func position(of hostname: String) -> Int? {
    var low = 0
    var high = boards.count
    while low < high {
      let middle = (low + high) / 2
      if boards[middle].hostname < hostname { low = middle + 1 } else { high = middle }
    }
    return low < boards.count && boards[low].hostname == hostname ? low : nil
  }

  /// An index like this one with other boards of the same names at some positions; cost is linear in these boards, not
  /// in all.
  public func replacing(_ changed: [(position: Int, board: Board)]) -> InventoryIndex {
    var sets = sets
    for (position, board) in changed { sets.replace(boards[position], with: board, at: position) }
    return InventoryIndex(
      boards: boards.replacing(changed.map { (position: $0.position, element: $0.board) }), sets: sets)
  }
}
