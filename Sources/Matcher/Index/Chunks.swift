/// An immutable sequence in pieces, so that one with a few elements replaced shares all the other pieces.
///
/// Copying an array of 100,000 boards touches every one of them; replacing a board here copies one piece.
public struct Chunks<Element: Sendable>: RandomAccessCollection, Sendable {
  @usableFromInline static var shift: Int { 7 }
  @usableFromInline static var mask: Int { (1 << shift) - 1 }

  // Each has 128 elements but the last; none is empty.
  @usableFromInline let pieces: [[Element]]

  /// How many there are.
  public let count: Int

  /// The elements in their order.
  public init(_ elements: some RandomAccessCollection<Element>) {
    var pieces: [[Element]] = []
    pieces.reserveCapacity(elements.count >> Self.shift + 1)
    var rest = elements[...]
    while !rest.isEmpty {
      pieces.append(Array(rest.prefix(Self.mask + 1)))
      rest = rest.dropFirst(Self.mask + 1)
    }
    self.init(pieces: pieces, count: elements.count)
  }

  init(pieces: [[Element]], count: Int) {
    self.pieces = pieces
    self.count = count
  }

  /// The same with other elements at some positions; each position must exist.
  public func replacing(_ elements: [(position: Int, element: Element)]) -> Self {
    var pieces = pieces
    for (position, element) in elements { pieces[position >> Self.shift][position & Self.mask] = element }
    return Self(pieces: pieces, count: count)
  }

  /// Always 0.
  @inlinable public var startIndex: Int { 0 }
  /// The number of elements.
  @inlinable public var endIndex: Int { count }
  /// The element at a position.
  @inlinable public subscript(position: Int) -> Element { pieces[position >> Self.shift][position & Self.mask] }
}

extension Chunks: Equatable where Element: Equatable {
  /// The same elements in the same order; pieces that are shared are not looked into.
  public static func == (left: Self, right: Self) -> Bool { left.count == right.count && left.pieces == right.pieces }
}
