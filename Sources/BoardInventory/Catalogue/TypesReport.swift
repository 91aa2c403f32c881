internal import Matcher

/// What is known of device types, what is not, and where two sources disagree.
public struct TypesReport: Hashable, Sendable {
  /// One device type and what is known of it.
  public struct Line: Hashable, Sendable {
    /// LAVA's name of the type.
    public let name: String
    /// LAVA's aliases of it, sorted.
    public let aliases: [String]
    /// What is known of the type; what LAVA renders for its boards counts where it is the same for all of them.
    public let facts: BoardFacts
    /// The lab's boards of the type; nil in a report of the catalogue alone.
    public let boards: Boards?
  }

  /// The boards of a type, counted.
  public struct Boards: Hashable, Sendable {
    /// All of them.
    public internal(set) var count = 0
    /// Those whose rendered dictionary is known.
    public internal(set) var rendered = 0
    /// Those whose dictionary was looked at and gives nothing.
    public internal(set) var failed = 0
    /// Those that are registered with facts of their own.
    public internal(set) var registered = 0
    /// How many different things the rendered dictionaries say.
    public internal(set) var variants = 0
  }

  /// Two sources that say different things; the first is believed.
  public struct Disagreement: Hashable, Sendable, CustomStringConvertible {
    /// LAVA's name of the type.
    public let deviceType: String
    /// The board, where it is that board's registration that disagrees; nil where the type's sources do.
    public let board: String?
    /// What is said.
    public let said: BoardFacts.Disagreement
    /// How many of the lab's boards it is about.
    public internal(set) var boards: Int

    /// One line.
    public var description: String {
      board.map { "\($0): \(said)" }
        ?? (boards > 0 ? "\(deviceType): \(said) (\(boards) boards)" : "\(deviceType): \(said)")
    }
  }

  /// The types asked about, by name.
  public let lines: [Line]
  /// What disagrees, by type.
  public let disagreements: [Disagreement]
  /// Words of sources that are no name anybody knows, by type.
  public let unread: [String: [String]]

  /// Reports every type of the catalogue.
  public init(_ catalogue: DeviceCatalogue) {
    self.init(
      catalogue.entries.keys.sorted().map {
        Line(name: $0, aliases: [], facts: catalogue.facts(of: $0), boards: nil)
      }, boards: [:])
  }

  /// Reports the types of a lab.
  ///
  /// - Parameters:
  ///   - types: LAVA's table of types.
  ///   - boards: the lab's boards.
  public init(_ types: LAVATypes, boards: some Sequence<LabBoard>, catalogue: DeviceCatalogue) {
    let byType = Dictionary(grouping: boards, by: \.board.deviceType)
    let aliases = Dictionary(grouping: types.aliases.keys.sorted(), by: { types.aliases[$0] ?? "" })
    self.init(
      types.names.sorted().map { name in
        let boards = byType[name] ?? []
        let rendered = boards.compactMap { $0.facts.rendered.isEmpty ? nil : $0.facts.rendered }
        let variants = Set(rendered)
        let counted = Boards(
          count: boards.count, rendered: rendered.count,
          failed: boards.count { $0.dictionary?.problem != nil },
          registered: boards.count { $0.facts.registration != nil }, variants: variants.count)
        return Line(
          name: name, aliases: aliases[name] ?? [],
          facts: catalogue.facts(
            of: name, kept: variants.count == 1 ? variants.first ?? [] : [], lava: types.words[name]),
          boards: counted)
      }, boards: byType)
  }

  private init(_ lines: [Line], boards: [String: [LabBoard]]) {
    self.lines = lines
    disagreements = lines.flatMap { Self.disagreements($0, boards[$0.name] ?? []) }
    unread = Dictionary(
      uniqueKeysWithValues: lines.compactMap { line in
        let words = line.facts.unread
        return words.isEmpty ? nil : (line.name, words)
      })
  }

  /// Types of which a kind of fact is unknown, by the key of the files; kinds that every type has are left out.
  public var unknown: [String: [String]] {
    var unknown: [String: [String]] = [:]
    for line in lines {
      for kind in FactKind.allCases where kind != .deviceTree && line.facts.values(kind) == nil {
        unknown[kind.rawValue, default: []].append(line.name)
      }
    }
    return unknown
  }

  /// Types that nobody described: no source says anything of them.
  public var undescribed: [String] { lines.filter { !$0.facts.capabilities.isDescribed }.map(\.name) }

  /// What the type's sources say differently, once however many boards it is about, and what single registrations do.
  private static func disagreements(_ line: Line, _ boards: [LabBoard]) -> [Disagreement] {
    var ofType = line.facts.disagreements.map {
      Disagreement(deviceType: line.name, board: nil, said: $0, boards: 0)
    }
    var ofBoards: [Disagreement] = []
    var told: [ObjectIdentifier: [BoardFacts.Disagreement]] = [:]
    for board in boards {
      let said = told[ObjectIdentifier(board.facts)] ?? board.facts.disagreements
      told[ObjectIdentifier(board.facts)] = said
      for one in said {
        if one.isOfRegistration {
          ofBoards.append(Disagreement(deviceType: line.name, board: board.board.hostname, said: one, boards: 1))
        } else if let place = ofType.firstIndex(where: { $0.said == one }) {
          ofType[place].boards += 1
        } else {
          ofType.append(Disagreement(deviceType: line.name, board: nil, said: one, boards: 1))
        }
      }
    }
    return ofType + ofBoards
  }
}
