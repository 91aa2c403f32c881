internal import BitCollections

/// For everything that can be asked for, the positions of the boards that have it.
struct BoardSets: Sendable {
  private var described = BitSet()
  private var inService = BitSet()
  private var byArchitecture: [Architecture: BitSet] = [:]
  private var byImageFamily: [ImageFamily: BitSet] = [:]
  private var byBootMethod: [BootMethod: BitSet] = [:]
  private var byTypeName: [DeviceTypeName: BitSet] = [:]
  // Not bit sets: with a tag of its own on each of 100,000 boards these would be 600 MB.
  private var byTag: [String: [Int32]] = [:]

  init(_ boards: some Sequence<Board>) {
    // Boards are many, kinds of boards are few: what a kind can run is looked at once.
    var kinds: [String: [(example: Board, positions: BitSet)]] = [:]
    for (position, board) in boards.enumerated() {
      if board.availability.kind != .gone { inService.insert(position) }
      for tag in board.tags { byTag[tag, default: []].append(Int32(truncatingIfNeeded: position)) }
      let known = kinds[board.deviceType, default: []].firstIndex { $0.example.isOfSameKind(as: board) }
      if let known {
        kinds[board.deviceType]?[known].positions.insert(position)
      } else {
        kinds[board.deviceType, default: []].append((board, [position]))
      }
    }
    for kind in kinds.values.joined() { update(kind.example) { $0.formUnion(kind.positions) } }
  }

  /// Takes the new board at a position in place of the old one.
  mutating func replace(_ old: Board, with new: Board, at position: Int) {
    let (wasThere, isThere) = (old.availability.kind != .gone, new.availability.kind != .gone)
    if wasThere && !isThere { inService.remove(position) }
    if isThere && !wasThere { inService.insert(position) }
    let number = Int32(truncatingIfNeeded: position)
    if old.tags != new.tags {
      for tag in old.tags.subtracting(new.tags) { byTag[tag]?.removeAll { $0 == number } }
      for tag in new.tags.subtracting(old.tags) { byTag[tag, default: []].append(number) }
    }
    guard !old.isOfSameKind(as: new) else { return }
    update(old) { $0.remove(position) }
    update(new) { $0.insert(position) }
  }

  private mutating func update(_ board: Board, _ change: (inout BitSet) -> Void) {
    if board.capabilities.isDescribed { change(&described) }
    for element in board.capabilities.architectures.elements { change(&byArchitecture[element, default: []]) }
    for element in board.capabilities.imageFamilies.elements { change(&byImageFamily[element, default: []]) }
    for element in board.capabilities.bootMethods.elements { change(&byBootMethod[element, default: []]) }
    for name in board.typeNames { change(&byTypeName[name, default: []]) }
  }

  /// Positions, ascending, of the boards in service that have all that is asked.
  func compatible(with requirements: Requirements) -> [Int] {
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
    for tag in requirements.tags { keep(byTag[tag].map { BitSet($0.lazy.map(Int.init)) }) }
    return Array(answer)
  }
}

extension Board {
  /// Whether both have the same type, aliases and capabilities; quick where they share them.
  func isOfSameKind(as other: Board) -> Bool {
    deviceType == other.deviceType && aliases == other.aliases && capabilities == other.capabilities
  }
}
