public import BoardInventory
public import BuildEvents
import Foundation

extension LabBoard {
  /// The board for machines with everything that is known of it: who says each kind, what disagrees, and how its
  /// dictionary was found. Keys are only ever added.
  public var detailedJSON: JSONValue {
    var object = facts.object
    if case .object(let plain) = json { object.merge(plain) { _, plain in plain } }
    object["sources"] = .object(
      Dictionary(
        uniqueKeysWithValues: FactKind.allCases.compactMap { kind in
          sourceWords(kind).map { (kind.rawValue, .string($0)) }
        }))
    object["disagreements"] = .array(
      facts.disagreements.map {
        [
          "kind": .string($0.kind.rawValue), "believed": .string($0.believed), "other": .string($0.other),
          "override": .bool($0.isOverride),
        ]
      })
    object["unread"] = .array(facts.unread.map(JSONValue.string))
    object["dictionary"] =
      dictionary.map {
        ["since": .string(Self.time($0.since)), "problem": $0.problem.map(JSONValue.string) ?? .null]
      } ?? .null
    object["health_check"] =
      healthCheck.map {
        ["passed": .bool($0.hasPassed), "ended_at": $0.endedAt.map { .string(Self.time($0)) } ?? .null]
      } ?? .null
    return .object(object)
  }

  /// Who says a kind, for people; what LAVA rendered, with the time since when it is so.
  public func sourceWords(_ kind: FactKind) -> String? {
    let words = facts.words(kind)
    guard let dictionary, dictionary.problem == nil, case .dictionary = facts.statement(for: kind)?.source else {
      return words
    }
    return words.map { "\($0) \(Self.time(dictionary.since))" }
  }

  /// How the board's dictionary was found, for people.
  public var dictionaryWords: String {
    guard let dictionary else { return "not looked at yet" }
    return dictionary.problem.map { "\($0) (since \(Self.time(dictionary.since)))" }
      ?? "rendered by LAVA, unchanged since \(Self.time(dictionary.since))"
  }

  /// A time as people write it, UTC, to the minute.
  private static func time(_ unixSeconds: Double) -> String {
    let style = Date.ISO8601FormatStyle(timeZone: .gmt).year().month().day().dateTimeSeparator(.space)
      .time(includingFractionalSeconds: false)
    return String(Date(timeIntervalSince1970: unixSeconds).formatted(style).prefix(16))
  }
}
