import BuildEvents
import Matcher

extension DecisionSummary {
  /// The form it is stored in: each list of reasons once, and who has which. Keys are only ever added.
  var json: JSONValue {
    var lists: [[Reason]] = []
    var places: [[Reason]: Int] = [:]
    func place(_ reasons: [Reason]) -> Int {
      if let place = places[reasons] { return place }
      places[reasons] = lists.count
      lists.append(reasons)
      return lists.count - 1
    }
    let types = types.sorted { $0.key < $1.key }.map { ($0.key, JSONValue.int(Int64(place($0.value)))) }
    var differing: [Int: [String]] = [:]
    for (board, reasons) in exceptions.sorted(by: { $0.key < $1.key }) {
      differing[place(reasons), default: []].append(board)
    }
    return .object([
      "boards": .int(Int64(boards)),
      "assigned": .int(Int64(assigned)),
      "counts": .object(
        Dictionary(uniqueKeysWithValues: counts.map { ($0.key.rawValue, JSONValue.int(Int64($0.value))) })),
      "lists": .array(lists.map(Self.json)),
      "types": .object(Dictionary(uniqueKeysWithValues: types)),
      "exceptions": .array(
        differing.sorted { $0.key < $1.key }.map {
          ["list": .int(Int64($0.key)), "boards": .array($0.value.map(JSONValue.string))]
        }),
    ])
  }

  /// Reads the stored form, also the older one in which every type and board had its own list; what it does not
  /// understand is left out.
  init(json: JSONValue) {
    self.boards = json["boards"]?.intValue ?? 0
    self.assigned = json["assigned"]?.intValue ?? 0
    self.counts = Dictionary(
      (json["counts"]?.objectValue ?? [:]).compactMap { key, value in
        Reason.Code(rawValue: key).flatMap { code in value.intValue.map { (code, $0) } }
      }, uniquingKeysWith: { first, _ in first })
    var lists: [[Reason]] = []
    if case .array(let items) = json["lists"] { lists = items.map(Self.reasons) }
    func list(_ json: JSONValue) -> [Reason] {
      guard let place = json.intValue else { return Self.reasons(json) }
      return lists.indices.contains(place) ? lists[place] : []
    }
    self.types = (json["types"]?.objectValue ?? [:]).mapValues(list)
    var exceptions = (json["exceptions"]?.objectValue ?? [:]).mapValues(list)
    if case .array(let groups) = json["exceptions"] {
      for group in groups {
        guard let place = group["list"], case .array(let boards) = group["boards"] else { continue }
        let reasons = list(place)
        for board in boards.compactMap(\.stringValue) { exceptions[board] = reasons }
      }
    }
    self.exceptions = exceptions
  }

  static func json(_ reasons: [Reason]) -> JSONValue {
    .array(
      reasons.map {
        .object([
          "code": .string($0.code.rawValue), "detail": .string($0.detail), "waiting_helps": .bool($0.waitingHelps),
        ])
      })
  }

  private static func reasons(_ json: JSONValue) -> [Reason] {
    guard case .array(let items) = json else { return [] }
    return items.compactMap { item in
      item["code"]?.stringValue.flatMap(Reason.Code.init(rawValue:)).map {
        Reason($0, item["detail"]?.stringValue ?? "")
      }
    }
  }
}

extension JSONValue {
  var intValue: Int? {
    guard case .int(let number) = self else { return nil }
    return Int(number)
  }
}
