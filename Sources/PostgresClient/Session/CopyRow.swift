/// One row of a COPY, filled column by column. A value that cannot be sent makes the whole row fail.
public struct CopyRow: ~Copyable {
  var buffer: [UInt8]
  private(set) var count = 0
  private(set) var fault: (position: Int, fault: WireFault)?

  init(buffer: [UInt8]) {
    self.buffer = buffer
  }

  /// The next column, as whatever type the value has.
  public mutating func append(_ value: PostgresValue) {
    do {
      try buffer.append(field: value)
    } catch {
      if fault == nil { fault = (count, error) }
    }
    count += 1
  }

  /// NULL.
  public mutating func null() { append(.null) }
  /// A `smallint` column.
  public mutating func int2(_ value: Int16?) { append(value.map(PostgresValue.int2) ?? .null) }
  /// An `integer` column.
  public mutating func int4(_ value: Int32?) { append(value.map(PostgresValue.int4) ?? .null) }
  /// A `bigint` column.
  public mutating func int8(_ value: Int64?) { append(value.map(PostgresValue.int8) ?? .null) }
  /// A `double precision` column.
  public mutating func float8(_ value: Double?) { append(value.map(PostgresValue.float8) ?? .null) }
  /// A `boolean` column.
  public mutating func bool(_ value: Bool?) { append(value.map(PostgresValue.bool) ?? .null) }
  /// A `text` or `varchar` column.
  public mutating func text(_ value: String?) { append(value.map(PostgresValue.text) ?? .null) }
  /// A `jsonb` column.
  public mutating func jsonb(_ value: String?) { append(value.map(PostgresValue.jsonb) ?? .null) }
  /// A `bytea` column.
  public mutating func bytea(_ value: [UInt8]?) { append(value.map(PostgresValue.bytea) ?? .null) }
  /// A `timestamptz` column: microseconds since 2000-01-01 00:00:00 UTC.
  public mutating func timestamptz(_ microseconds: Int64?) {
    append(microseconds.map(PostgresValue.timestamp) ?? .null)
  }
}
