/// What a board has of one kind of capability; not knowing is an answer of its own.
///
/// The empty known set means "none of them", which differs from `unknown`: both never match a requirement, but the
/// reason given to a person is another.
public enum CapabilitySet<Element: Hashable & Sendable & Comparable>: Hashable, Sendable {
  /// Nobody said; no requirement is ever met by it.
  case unknown
  /// Exactly these.
  case known(Set<Element>)

  /// The elements in order; empty when unknown.
  public var elements: [Element] {
    switch self {
    case .unknown: []
    case .known(let elements): elements.sorted()
    }
  }

  /// Whether somebody said what the board has.
  public var isKnown: Bool { self != .unknown }

  /// Whether the element is known to be there.
  public func contains(_ element: Element) -> Bool {
    guard case .known(let elements) = self else { return false }
    return elements.contains(element)
  }

  /// This set where it is known, else the other.
  public func orElse(_ other: Self) -> Self { isKnown ? self : other }
}
