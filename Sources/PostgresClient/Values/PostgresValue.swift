/// One parameter of a statement, or one column of a COPY row, with its PostgreSQL type.
///
/// The server gets the type with the value and converts no further than SQL itself does in an assignment. COPY converts
/// nothing at all: there an `integer` column needs ``int4(_:)`` and a `bigint` column ``int8(_:)``.
public enum PostgresValue: Sendable, Hashable {
  /// SQL NULL of whatever type the place wants.
  case null
  /// `text`, also for `varchar` columns. Must not hold a NUL character.
  case text(String)
  /// Text whose type the server finds out from where it stands: enums, `inet`, `uuid`, `numeric`, `interval` …
  case inferred(String)
  /// `smallint`.
  case int2(Int16)
  /// `integer`.
  case int4(Int32)
  /// `bigint`.
  case int8(Int64)
  /// `double precision`.
  case float8(Double)
  /// `boolean`.
  case bool(Bool)
  /// `bytea`.
  case bytea([UInt8])
  /// `json`, kept by the server as it is written here.
  case json(String)
  /// `jsonb`.
  case jsonb(String)
  /// `timestamp with time zone`: microseconds since 2000-01-01 00:00:00 UTC, PostgreSQL's own counting.
  case timestamp(Int64)
  /// `text[]`.
  case textArray([String])
  /// `integer[]`.
  case int4Array([Int32])
  /// `bigint[]`.
  case int8Array([Int64])
}

extension PostgresValue {
  /// Seconds from 1970-01-01 to 2000-01-01, both UTC.
  static let unixSecondsAtEpoch: Int64 = 946_684_800

  /// `timestamp with time zone` from seconds since 1970-01-01 UTC, rounded to microseconds.
  ///
  /// Values beyond what 64 bits of microseconds hold are moved to the nearest that they do; not a number becomes NULL.
  public static func timestamp(unixSeconds: Double) -> PostgresValue {
    if unixSeconds.isNaN { return .null }
    let microseconds = ((unixSeconds - Double(unixSecondsAtEpoch)) * 1_000_000).rounded()
    return .timestamp(Int64(exactly: microseconds) ?? (microseconds < 0 ? .min : .max))
  }

  /// `text`, or NULL.
  public init(_ value: String?) { self = value.map(PostgresValue.text) ?? .null }
  /// `bigint`, or NULL.
  public init(_ value: Int?) { self = value.map { .int8(Int64($0)) } ?? .null }
  /// `bigint`, or NULL.
  public init(_ value: Int64?) { self = value.map(PostgresValue.int8) ?? .null }
  /// `integer`, or NULL.
  public init(_ value: Int32?) { self = value.map(PostgresValue.int4) ?? .null }
  /// `boolean`, or NULL.
  public init(_ value: Bool?) { self = value.map(PostgresValue.bool) ?? .null }
  /// `double precision`, or NULL.
  public init(_ value: Double?) { self = value.map(PostgresValue.float8) ?? .null }
  /// `bytea`, or NULL.
  public init(_ value: [UInt8]?) { self = value.map(PostgresValue.bytea) ?? .null }
}

extension PostgresValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByFloatLiteral, ExpressibleByNilLiteral
{
  /// `text`.
  public init(stringLiteral value: String) { self = .text(value) }
  /// `bigint`.
  public init(integerLiteral value: Int64) { self = .int8(value) }
  /// `boolean`.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// `double precision`.
  public init(floatLiteral value: Double) { self = .float8(value) }
  /// NULL.
  public init(nilLiteral: ()) { self = .null }
}

extension PostgresValue: CustomStringConvertible, CustomDebugStringConvertible {
  /// The type alone: a value that is printed by accident shows nothing.
  public var description: String { self == .null ? "null" : "<\(PostgresType.name(typeOID))>" }

  /// Type and value. Bytes are given by their number only, long text is cut.
  public var debugDescription: String {
    func cut(_ text: String) -> String {
      text.utf8.count <= 200 ? "'\(text)'" : "'\(text.prefix(200))…' (\(text.utf8.count) bytes)"
    }
    return switch self {
    case .null: "null"
    case .text(let text), .inferred(let text), .json(let text), .jsonb(let text): cut(text)
    case .int2(let number): "\(number)"
    case .int4(let number): "\(number)"
    case .int8(let number): "\(number)"
    case .float8(let number): "\(number)"
    case .bool(let flag): "\(flag)"
    case .bytea(let bytes): "<\(bytes.count) bytes>"
    case .timestamp(let microseconds): "<\(microseconds) µs since 2000>"
    case .textArray(let texts): cut(texts.joined(separator: "', '"))
    case .int4Array(let numbers): "\(numbers)"
    case .int8Array(let numbers): "\(numbers)"
    }
  }
}
