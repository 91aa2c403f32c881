public import BuildEvents
public import Matcher

/// One thing a rule demands of an event. A field that is absent is not a match, whatever is demanded of it.
public enum EventCondition: Hashable, Sendable {
  /// A field passes every test.
  case field(EventField, [FieldTest])
  /// An image of each of these roles is present.
  case images(Set<String>)

  /// `image_family` is one of these.
  public static func imageFamily(_ families: Set<ImageFamily>) -> Self {
    .field(.imageFamily, [.isOne(of: Set(families.map(\.name)))])
  }

  /// `arch` is one of these.
  public static func architecture(_ architectures: Set<Architecture>) -> Self {
    .field(.architecture, [.isOne(of: Set(architectures.map(\.name)))])
  }

  /// `source` is one of these, exactly.
  public static func source(_ sources: Set<String>) -> Self { .field(.source, [.isOne(of: sources)]) }

  /// A property has one of these values, exactly.
  public static func property(_ key: String, _ values: Set<String>) -> Self {
    .field(.property(key), [.isOne(of: values)])
  }

  /// The conditions in the order in which they are looked at, however they were written.
  static func ordered(_ conditions: [EventCondition]) -> [EventCondition] {
    conditions.enumerated().sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }.map(\.element)
  }

  private var rank: Int {
    let fields = EventField.named.map(\.field)
    guard case .field(let field, _) = self else { return fields.count }
    return fields.firstIndex(of: field) ?? fields.count + 1
  }

  /// Why the condition does not hold for an event; nil when it holds.
  ///
  /// Of a field with several values (`device_types`, `boards`, `tags`) one must pass all the tests together.
  public func whyNot(_ event: BuildEvent) -> String? {
    switch self {
    case .images(let roles):
      let missing = roles.subtracting(event.images.keys).sorted()
      return missing.isEmpty ? nil : "the event brings no \(missing.joined(separator: ", ")) image"
    case .field(let field, let tests):
      let values = field.values(event)
      guard let first = values.first else {
        let wanted = tests.map(\.wish).joined(separator: ", ")
        return "the event has no \(field.name); the rule wants \(wanted)"
      }
      if values.contains(where: { value in tests.allSatisfy { $0.complaint(about: value) == nil } }) { return nil }
      let complaint = tests.lazy.compactMap { $0.complaint(about: first) }.first ?? ""
      return "\(field.name) is \(first.count > 200 ? "\(first.prefix(200))…" : first)\(complaint)"
    }
  }
}
