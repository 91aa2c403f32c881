import BuildEvents
import Matcher

extension DecisionSummary {
  /// The form it is stored in. Keys are only ever added.
  var json: JSONValue {
    .object([
      "boards": .int(Int64(boards)),
      "assigned": .int(Int64(assigned)),
      "counts": .object(
        Dictionary(uniqueKeysWithValues: counts.map { ($0.key.rawValue, JSONValue.int(Int64($0.value))) })),
      "types": .object(types.mapValues(Self.json)),
      "exceptions": .object(exceptions.mapValues(Self.json)),
    ])
  }

  /// Reads the stored form; what it does not understand is left out.
  init(json: JSONValue) {
    self.boards = json["boards"]?.intValue ?? 0
    self.assigned = json["assigned"]?.intValue ?? 0
    self.counts = Dictionary(
      (json["counts"]?.objectValue ?? [:]).compactMap { key, value in
        Reason.Code(rawValue: key).flatMap { code in value.intValue.map { (code, $0) } }
      }, uniquingKeysWith: { first, _ in first })
    self.types = (json["types"]?.objectValue ?? [:]).mapValues(Self.reasons)
    self.exceptions = (json["exceptions"]?.objectValue ?? [:]).mapValues(Self.reasons)
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
