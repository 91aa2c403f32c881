internal import BitCollections

/// Boards arranged so that a question is answered by intersecting sets, without looking at the boards.
///
/// The answer is the same as asking `Board.verdict(for:)` of every board, whatever order the boards came in.
/// Immutable: readers share it without locks.
public struct InventoryIndex: Sendable {
  /// The boards, ordered by hostname. Positions in this array are what the index answers with.
  public let boards: [Board]

  private let described: BitSet
  private let inService: BitSet
  private let byArchitecture: [Architecture: BitSet]
  private let byImageFamily: [ImageFamily: BitSet]
  private let byBootMethod: [BootMethod: BitSet]
  private let byTypeName: [DeviceTypeName: BitSet]
  private let byTag: [String: BitSet]

  /// Builds the index; cost is linear in the boards and what they can run.
  public init(boards unordered: some Sequence<Board>) {
    let boards = unordered.sorted { $0.hostname < $1.hostname }
    var described = BitSet()
    var inService = BitSet()
    var byArchitecture: [Architecture: BitSet] = [:]
    var byImageFamily: [ImageFamily: BitSet] = [:]
    var byBootMethod: [BootMethod: BitSet] = [:]
    var byTypeName: [DeviceTypeName: BitSet] = [:]
    var byTag: [String: BitSet] = [:]
    for (position, board) in boards.enumerated() {
      if board.capabilities.isDescribed { described.insert(position) }
      if board.availability.kind != .gone { inService.insert(position) }
      for element in board.capabilities.architectures.elements { byArchitecture[element, default: []].insert(position) }
      for element in board.capabilities.imageFamilies.elements { byImageFamily[element, default: []].insert(position) }
      for element in board.capabilities.bootMethods.elements { byBootMethod[element, default: []].insert(position) }
      for name in board.typeNames { byTypeName[name, default: []].insert(position) }
      for tag in board.tags { byTag[tag, default: []].insert(position) }
    }
    self.boards = boards
    self.described = described
    self.inService = inService
    self.byArchitecture = byArchitecture
    self.byImageFamily = byImageFamily
    self.byBootMethod = byBootMethod
    self.byTypeName = byTypeName
    self.byTag = byTag
  }

  /// Positions in `boards`, ascending, of every board that can run what is asked, now or later.
  public func compatible(with requirements: Requirements) -> [Int] {
    var answer = described.intersection(inService)
    func keep(_ set: BitSet?) {
      if let set { answer.formIntersection(set) } else { answer = BitSet() }
    }
    if let architecture = requirements.architecture { keep(byArchitecture[architecture]) }
    if let family = requirements.imageFamily { keep(byImageFamily[family]) }
    if let bootloader = requirements.bootloader { keep(byBootMethod[bootloader]) }
    if !requirements.deviceTypes.isEmpty {
      keep(requirements.deviceTypes.reduce(into: BitSet()) { $0.formUnion(byTypeName[$1] ?? []) })
    }
    for tag in requirements.tags { keep(byTag[tag]) }
    return Array(answer)
  }
}
