internal import Matcher

extension LabSnapshot {
  /// A snapshot like this one with some boards replaced, added or taken away.
  ///
  /// - Parameters:
  ///   - boards: by hostname; nil takes the board away.
  ///   - deviceTypes: the types LAVA knows now; nil for the same as before.
  ///   - takenAt: PostgreSQL's clock when the new boards were read; nil for the same as before.
  public func replacing(
    _ boards: [String: LabBoard?], deviceTypes: [String]? = nil, takenAt: Double? = nil
  ) -> LabSnapshot {
    let deviceTypes = deviceTypes?.sorted() ?? self.deviceTypes
    let takenAt = takenAt ?? self.takenAt
    var inPlace: [(position: Int, element: LabBoard)] = []
    for (hostname, board) in boards {
      // Boards that come or go move all behind them: then everything is arranged anew.
      switch (index.position(of: hostname), board) {
      case (nil, nil): continue
      case (let position?, let board?): inPlace.append((position, board))
      default: return merging(boards, deviceTypes: deviceTypes, takenAt: takenAt)
      }
    }
    return LabSnapshot(
      boards: self.boards.replacing(inPlace),
      index: index.replacing(inPlace.map { (position: $0.position, board: $0.element.board) }),
      deviceTypes: deviceTypes, takenAt: takenAt, types: types)
  }

  private func merging(_ boards: [String: LabBoard?], deviceTypes: [String], takenAt: Double) -> LabSnapshot {
    var rest = boards
    var merged: [LabBoard] = []
    merged.reserveCapacity(self.boards.count + boards.count)
    for board in self.boards {
      guard let replacement = rest.removeValue(forKey: board.board.hostname) else {
        merged.append(board)
        continue
      }
      if let replacement { merged.append(replacement) }
    }
    merged += rest.values.compactMap { $0 }
    var new = LabSnapshot(boards: merged, deviceTypes: deviceTypes, takenAt: takenAt)
    new.types = types
    return new
  }

  /// The same boards with what the device type files and LAVA's types say now.
  func deriving(from catalogue: DeviceCatalogue, lava: [String: LAVATypeWords]) -> LabSnapshot {
    var table = FactTable(catalogue, lava: lava)
    var changed: [String: LabBoard?] = [:]
    for board in boards {
      let facts = table.redo(board.facts, of: board.board.deviceType)
      guard facts !== board.facts else { continue }
      changed[board.board.hostname] = board.with(facts: facts)
    }
    return replacing(changed)
  }

  /// Whether both tell the same of the lab, whenever they were taken.
  public func agrees(with other: LabSnapshot) -> Bool {
    deviceTypes == other.deviceTypes && boards == other.boards && index.boards == other.index.boards
  }
}
