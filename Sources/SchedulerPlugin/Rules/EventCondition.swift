public import BuildEvents
public import Matcher

/// One thing a rule demands of an event. A field that is absent is not a match.
public enum EventCondition: Hashable, Sendable {
  /// `image_family` is one of these.
  case imageFamily(Set<ImageFamily>)
  /// `arch` is one of these.
  case architecture(Set<Architecture>)
  /// `source` is one of these, exactly.
  case source(Set<String>)
  /// A property has one of these values, exactly.
  case property(String, Set<String>)
  /// An image of each of these roles is present.
  case images(Set<String>)

  /// Why the condition does not hold for an event; nil when it holds.
  public func whyNot(_ event: BuildEvent) -> String? {
    switch self {
    case .imageFamily(let wanted):
      let family = event.imageFamily.flatMap(ImageFamily.init(normalizing:))
      return family.map(wanted.contains) == true ? nil : Self.why("image_family", wanted, family)
    case .architecture(let wanted):
      return event.architecture.map(wanted.contains) == true ? nil : Self.why("arch", wanted, event.architecture)
    case .source(let wanted):
      return wanted.contains(event.source) ? nil : Self.why("source", wanted, event.source)
    case .property(let key, let wanted):
      let value = event.properties[key]
      return value.map(wanted.contains) == true ? nil : Self.why("properties.\(key)", wanted, value)
    case .images(let roles):
      let missing = roles.subtracting(event.images.keys).sorted()
      return missing.isEmpty ? nil : "the event brings no \(missing.joined(separator: ", ")) image"
    }
  }

  private static func why<Value: CustomStringConvertible & Comparable>(
    _ field: String, _ wanted: Set<Value>, _ value: Value?
  ) -> String {
    let list = wanted.sorted().map(\.description).joined(separator: " or ")
    return value.map { "\(field) is \($0), not \(list)" } ?? "the event has no \(field); the rule wants \(list)"
  }
}
