import Foundation
public import PostgresClient

extension RegistrationFacts {
  /// Reads what concerns some boards, inside the caller's REPEATABLE READ transaction.
  ///
  /// - Parameters:
  ///   - hostnames: the boards; nil for all.
  ///   - scope: boards registered from files whose path begins so come too.
  public static func read(
    _ hostnames: [String]?, scope: String? = nil, _ session: borrowing PostgresSession
  ) throws -> RegistrationFacts {
    let missing = try LAVATables.read(session).missing
    guard missing.isEmpty else { throw NotALAVADatabase(missing: missing) }
    var facts = RegistrationFacts()
    let names = hostnames.map { PostgresValue.textArray($0) } ?? .null
    try session.query(RegistrationSQL.records, [names, PostgresValue(scope)]).forEach { row in
      facts.records[try row.string("hostname")] = RegistrationRecord(
        capabilities: try decode(row.json("capabilities")), applied: try decode(row.json("applied")),
        dictionary: try row.optionalString("dictionary"), source: try row.string("source"))
    }
    let wanted = hostnames.map { PostgresValue.textArray(Array(Set($0).union(facts.records.keys))) } ?? .null
    var tags: [String: Set<String>] = [:]
    try session.query(InventorySQL.deviceTags, [wanted]).forEach { row in
      let device = try row.string("device_id")
      tags[device] = Set(
        try row.stringArray("names").filter { $0 != BoardTag.name(for: device) && !PoolTag.isOne($0) })
    }
    try session.query(RegistrationSQL.devices, [wanted]).forEach { row in
      let hostname = try row.string("hostname")
      facts.devices[hostname] = Device(
        deviceType: try row.string("device_type_id"), worker: try row.optionalString("worker_host_id"),
        tags: tags[hostname] ?? [], description: try row.optionalString("description") ?? "",
        health: try row.int("health"), isSynced: try row.bool("is_synced"))
    }
    facts.deviceTypes = try self.names(RegistrationSQL.types, session)
    facts.aliases = try self.names(RegistrationSQL.aliases, session)
    facts.workers = try self.names(RegistrationSQL.workers, session)
    facts.tags = try self.names(RegistrationSQL.tags, session)
    return facts
  }

  private static func names(_ sql: SQL, _ session: borrowing PostgresSession) throws -> Set<String> {
    Set(try session.query(sql).map { try $0.string("name") })
  }

  private static func decode<Value: Decodable>(_ json: String) throws -> Value {
    try JSONDecoder().decode(Value.self, from: Data(json.utf8))
  }
}
