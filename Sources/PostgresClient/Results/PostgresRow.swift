internal import CLibPQ

/// One row of a result, lent to a closure.
///
/// It cannot be copied and is always borrowed, so it cannot outlive the result whose memory it points into. Take the
/// values out, not the row:
///
/// ```swift
/// let boards = try session.query("select hostname, state from lava_scheduler_app_device").map { row in
///   Board(name: try row.string("hostname"), state: try row.int("state"))
/// }
/// ```
///
/// Each reader throws ``PostgresError`` with code `.decoding` and the column's name if the column does not exist, is NULL
/// (but for the `optional…` ones), is of another type, or is out of range.
public struct PostgresRow: ~Copyable {
  private let result: OpaquePointer
  private let index: Int32
  private let columns: ColumnNames

  init(result: OpaquePointer, index: Int32, columns: ColumnNames) {
    self.result = result
    self.index = index
    self.columns = columns
  }

  /// The names of the columns, in order.
  public var columnNames: [String] { columns.names }

  /// True if the column is NULL.
  public func isNull(_ column: PostgresColumn) throws(PostgresError) -> Bool {
    PQgetisnull(result, index, Int32(try columns.index(column))) == 1
  }

  /// Finds the cell and hands its text to `decode`; nil for NULL. What `decode` refuses becomes an error with the name.
  func optional<Value>(
    _ column: PostgresColumn, as wanted: String, _ decode: (Cell) -> Value?
  ) throws(PostgresError) -> Value? {
    let position = try columns.index(column)
    if PQgetisnull(result, index, Int32(position)) == 1 { return nil }
    let cell = Cell(
      type: PQftype(result, Int32(position)),
      text: UnsafeRawBufferPointer(
        start: PQgetvalue(result, index, Int32(position)), count: Int(PQgetlength(result, index, Int32(position)))))
    guard let value = decode(cell) else {
      throw PostgresError(
        .decoding, "\(PostgresType.name(cell.type)) cannot be read as \(wanted)", column: columns.names[position])
    }
    return value
  }

  /// As `optional`, but NULL is an error.
  func required<Value>(
    _ column: PostgresColumn, as wanted: String, _ decode: (Cell) -> Value?
  ) throws(PostgresError) -> Value {
    if let value = try optional(column, as: wanted, decode) { return value }
    throw PostgresError(.decoding, "is NULL, expected \(wanted)", column: columns.names[try columns.index(column)])
  }

  /// The text of one value and its type. Points into the result: valid only while the row is.
  struct Cell {
    let type: UInt32
    let text: UnsafeRawBufferPointer

    var string: String { String(decoding: text, as: UTF8.self) }
  }
}
