internal import CLibPQ

/// The columns of a result by name. Made once per result, also for a streamed one, whose rows all share it.
final class ColumnNames: Sendable {
  let names: [String]
  private let indexes: [String: Int]

  /// Marks a name that two columns share: reading by it would silently mean the first.
  private static let ambiguous = -1

  init(_ result: OpaquePointer?) {
    let names = (0..<PQnfields(result)).map { index in
      PQfname(result, index).map { String(cString: $0) } ?? ""
    }
    self.names = names
    var indexes: [String: Int] = [:]
    indexes.reserveCapacity(names.count)
    for (index, name) in names.enumerated() {
      indexes[name] = indexes[name] == nil ? index : Self.ambiguous
    }
    self.indexes = indexes
  }

  func index(_ column: PostgresColumn) throws(PostgresError) -> Int {
    switch column {
    case .index(let index):
      guard names.indices.contains(index) else {
        throw PostgresError(.decoding, "there are only \(names.count) columns", column: "#\(index)")
      }
      return index
    case .name(let name):
      guard let index = indexes[name] else {
        throw PostgresError(
          .decoding, "no such column in the result; it has: \(names.joined(separator: ", "))", column: name)
      }
      if index == Self.ambiguous {
        throw PostgresError(.decoding, "several columns of the result have this name; give them aliases", column: name)
      }
      return index
    }
  }
}

/// A column of a result: by its position from 0, or by its name. Literals of both kinds work: `row.int(0)`,
/// `row.int("id")`.
public enum PostgresColumn: Sendable, Hashable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
  /// By position, from 0. The quickest.
  case index(Int)
  /// By the name in the result, case-sensitive. Refused if two columns share it.
  case name(String)

  /// By name.
  public init(stringLiteral value: String) { self = .name(value) }
  /// By position.
  public init(integerLiteral value: Int) { self = .index(value) }
}
