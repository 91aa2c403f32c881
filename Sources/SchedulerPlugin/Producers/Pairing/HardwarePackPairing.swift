import BuildEvents

/// Which halves are tested together: a new root file system with each board's newest hardware pack, a new hardware pack
/// with the newest of the images it is tested with. Pure: the same halves in the same order give the same pairs.
enum HardwarePackPairing {
  /// A half, and the boards it is for if it is a hardware pack.
  struct Known: Hashable, Sendable {
    var half: ImageHalf
    var boards: [String] = []
  }

  enum Decision: Hashable, Sendable {
    /// It came before: what it was paired with then stands.
    case repeated
    /// A newer one of the same name was there first.
    case outdated(by: ImageHalf)
    /// It is the newest of its name; paired with these, perhaps with none.
    case pairs([ImagePair])
  }

  /// - Parameters:
  ///   - known: the newest half of each kind, platform and name.
  ///   - images: the images that a new hardware pack is tested with.
  static func decide(_ new: Known, known: [Known], images: [String]) -> Decision {
    let same = known.first {
      $0.half.kind == new.half.kind && $0.half.platform == new.half.platform && $0.half.name == new.half.name
    }
    if let same, new.half.isOlder(than: same.half) { return .outdated(by: same.half) }
    if let same, !same.half.isOlder(than: new.half) { return .repeated }
    let others = known.filter { $0.half.kind != new.half.kind && fit($0.half, new.half) }
    switch new.half.kind {
    case .image: return .pairs(newestOfBoards(others).map { ImagePair(image: new.half, pack: $0) })
    case .hwpack:
      let wanted = others.filter { images.contains($0.half.name) }.map(\.half).sorted { $0.name < $1.name }
      return .pairs(wanted.map { ImagePair(image: $0, pack: new.half) })
    }
  }

  /// One platform, and one architecture where both tell theirs.
  private static func fit(_ left: ImageHalf, _ right: ImageHalf) -> Bool {
    guard left.platform == right.platform else { return false }
    guard let a = left.architecture, let b = right.architecture else { return true }
    return a == b
  }

  /// The newest hardware pack of each board, each once, by name.
  private static func newestOfBoards(_ packs: [Known]) -> [ImageHalf] {
    var newest: [String: ImageHalf] = [:]
    for pack in packs {
      for board in pack.boards {
        guard let other = newest[board] else {
          newest[board] = pack.half
          continue
        }
        // Of two of the same day the one whose name is first, so that the order they came in does not matter.
        let isSameDay = !other.isOlder(than: pack.half) && !pack.half.isOlder(than: other)
        if other.isOlder(than: pack.half) || (isSameDay && pack.half.name < other.name) { newest[board] = pack.half }
      }
    }
    return Set(newest.values).sorted { ($0.name, $0.build) < ($1.name, $1.build) }
  }
}

/// `pairing:` of a source.
struct PairingSettings: Hashable, Sendable {
  /// The images that a new hardware pack is tested with.
  var images: [String] = ["nano"]
  /// Which hardware packs count.
  var packs: [GlobPattern] = [GlobPattern("*")]
  /// Hardware packs' names without variants -> boards.
  var boards: LookupTable

  /// The boards of a hardware pack; one that no table has is a board's own.
  func boards(of half: ImageHalf) -> [String] {
    guard half.kind == .hwpack else { return [] }
    let name = HardwarePack.board(of: half.name)
    return boards[name] ?? [name]
  }

  /// Why a half is left alone; nil when it counts.
  func complaint(_ half: ImageHalf) -> String? {
    guard half.kind == .hwpack, !packs.contains(where: { $0.fits(half.name) }) else { return nil }
    return "the source pairs no hardware pack \(half.name)"
  }
}

extension ImagePair {
  /// Why an event made of a pair could not be deployed by any LAVA of today; nil when it can be tried.
  func trouble(_ event: BuildEvent) -> String? {
    guard event.images["kernel"] == nil, event.images["image"] == nil else { return nil }
    return "LAVA deploys no hardware packs, and the mapping gives no kernel for \(pack.name): "
      + "map images.kernel and images.dtb (or images.image) where kind is pair and hwpack_board is "
      + HardwarePack.board(of: pack.name)
  }
}
