internal import BoardInventory
internal import PostgresClient

extension Doctor {
  /// Whether LAVA is asked for the dictionaries it renders, and what is known of them. Nothing here stops `serve`: what
  /// dictionaries do not say, the catalogue may.
  static func dictionaries(_ connection: PostgresConnection, _ settings: DictionarySettings) async throws -> Finding {
    let subject = "dictionaries"
    guard let url = settings.lavaURL else {
      return Finding(
        subject: subject, verdict: .good,
        detail: "LAVA is not asked for those it renders; write lava_url and lava_token_file into config.yaml for that")
    }
    let whom = "asked of \(url) \(settings.token == nil ? "without a token (lava_token_file)" : "with a token")"
    let (words, failed) = try await connection.withSession { session in
      guard try session.query(FactTables.known).only({ try $0.bool("known") }) else {
        return ("nothing is known yet", 0)
      }
      return try session.query(DictionarySQL.counts).only { row in
        let failed = try row.int("failed")
        let age = try row.optionalDouble("oldest").map { ", the oldest look \(Int($0 / 60)) minutes ago" } ?? ""
        let counts = "\(try row.int("rendered")) of \(try row.int("boards")) boards rendered, \(failed) not"
        return (counts + age, failed)
      }
    }
    let mend = failed > 0 ? "; 'boardcast boards refresh' says why" : ""
    return Finding(
      subject: subject, verdict: failed > 0 ? .warning : .good, detail: "\(words); \(whom)\(mend)")
  }

  private enum FactTables {
    static let known: SQL = "SELECT to_regclass('boardcast.dictionary') IS NOT NULL AS known"
  }
}
