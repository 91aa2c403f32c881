/// Type OIDs of PostgreSQL's built-in types. They are fixed in `src/include/catalog/pg_type.dat`; libpq's headers have none.
enum PostgresType {
  static let unspecified: UInt32 = 0
  static let bool: UInt32 = 16
  static let bytea: UInt32 = 17
  static let int8: UInt32 = 20
  static let int2: UInt32 = 21
  static let int4: UInt32 = 23
  static let text: UInt32 = 25
  static let oid: UInt32 = 26
  static let json: UInt32 = 114
  static let float4: UInt32 = 700
  static let float8: UInt32 = 701
  static let boolArray: UInt32 = 1000
  static let int2Array: UInt32 = 1005
  static let int4Array: UInt32 = 1007
  static let textArray: UInt32 = 1009
  static let varcharArray: UInt32 = 1015
  static let int8Array: UInt32 = 1016
  static let timestamp: UInt32 = 1114
  static let timestamptz: UInt32 = 1184
  static let numeric: UInt32 = 1700
  static let jsonb: UInt32 = 3802

  /// A name for error texts.
  static func name(_ oid: UInt32) -> String {
    switch oid {
    case bool: "boolean"
    case bytea: "bytea"
    case int8: "bigint"
    case int2: "smallint"
    case int4: "integer"
    case text: "text"
    case 1043: "character varying"
    case json: "json"
    case jsonb: "jsonb"
    case float4: "real"
    case float8: "double precision"
    case numeric: "numeric"
    case timestamp: "timestamp without time zone"
    case timestamptz: "timestamp with time zone"
    case 1082: "date"
    case 1186: "interval"
    case textArray: "text[]"
    case int4Array: "integer[]"
    case int8Array: "bigint[]"
    default: "the type with OID \(oid)"
    }
  }
}
