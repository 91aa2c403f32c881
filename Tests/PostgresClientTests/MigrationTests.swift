import Foundation
import Testing

@testable import PostgresClient

/// The tables are the memory of the whole product: nothing may be applied twice, by halves, or in another form.
@Suite(.timeLimit(.minutes(1))) struct MigrationTests {
  /// A folder with migrations that goes away with this object.
  final class Folder {
    let path: String

    init(_ files: [String: String]) throws {
      path = FileManager.default.temporaryDirectory.path + "/boardcast-migrations-\(UUID().uuidString)"
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      for (name, text) in files { try write(name, text) }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ name: String, _ text: String) throws {
      try Data(text.utf8).write(to: URL(fileURLWithPath: path + "/" + name))
    }

    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: path + "/" + name) }
  }

  private static let first = "create table boardcast.a (x int); insert into boardcast.a values (1);"
  private static let second = "alter table boardcast.a add y int; -- ünï\n"

  private func failure(_ body: () async throws -> Void) async throws -> String {
    let error = try await #require(throws: PostgresError.self) { try await body() }
    #expect(error.code == .migration)
    return error.description
  }

  @Test func appliesOnceAndInOrder() async throws {
    let folder = try Folder(["0001_first.sql": Self.first, "README.md": "no migration"])
    try await withConnection { connection in
      let one = try Migrations(directory: folder.path)
      #expect(try await one.status(on: connection).map(\.appliedAt) == [nil])
      #expect(try await one.apply(on: connection) == ["0001_first.sql"])
      #expect(try await one.apply(on: connection) == [])
      try folder.write("0002_second.sql", Self.second)
      let two = try Migrations(directory: folder.path)
      #expect(try await two.apply(on: connection) == ["0002_second.sql"])
      #expect(try await two.status(on: connection).allSatisfy { $0.appliedAt != nil })
      try await connection.withSession { session in
        let rows = try session.query("select version, name, length(checksum) l from boardcast.migration order by 1").map
        {
          [try $0.string(0), try $0.string(1), try $0.string(2)]
        }
        #expect(rows == [["1", "0001_first.sql", "64"], ["2", "0002_second.sql", "64"]])
        #expect(try session.query("select x, y from boardcast.a").rowCount == 1)
      }
    }
  }

  @Test func severalAtOnceApplyEachOnce() async throws {
    let folder = try Folder([
      "0001_first.sql": Self.first + "select pg_sleep(0.05);", "0002_second.sql": Self.second,
    ])
    let migrations = try Migrations(directory: folder.path)
    try await withDatabase { configuration in
      let applied = try await withThrowingTaskGroup(of: [String].self) { group in
        for _ in 0..<4 {
          group.addTask {
            let connection = try await PostgresConnection.connect(configuration, logger: quiet)
            let names = try await migrations.apply(on: connection)
            await connection.close()
            return names
          }
        }
        return try await group.reduce(into: []) { $0 += $1 }
      }
      #expect(applied.sorted() == ["0001_first.sql", "0002_second.sql"])
    }
  }

  /// Two people enable at once: whoever looked before the other had begun waits for it, and takes what it made.
  @Test func theRecordIsSeenByWhoeverLookedBeforeItWasMade() async throws {
    let folder = try Folder(["0001_first.sql": Self.first])
    let migrations = try Migrations(directory: folder.path)
    try await withDatabase { configuration in
      let first = try await PostgresConnection.connect(configuration, logger: quiet)
      let second = try await PostgresConnection.connect(configuration, logger: quiet)
      // The session's lock keeps others away, not itself.
      try await first.withSession { _ = try $0.execute("select pg_advisory_lock($1)", .int8(Migrations.lockKey)) }
      #expect(try await second.withSession { try migrations.pending($0) } == ["0001_first.sql"])
      async let late = migrations.apply(on: second)
      try await waitUntil(
        "select count(*) = 1 from pg_locks where pid = $1 and locktype = 'advisory' and not granted",
        [.int4(second.backendPID)], on: first)
      #expect(try await migrations.apply(on: first) == ["0001_first.sql"])
      try await first.withSession { _ = try $0.execute("select pg_advisory_unlock($1)", .int8(Migrations.lockKey)) }
      #expect(try await late == [])
      await first.close()
      await second.close()
    }
  }

  @Test func anEditedFileIsRefusedByName() async throws {
    let folder = try Folder(["0001_first.sql": Self.first])
    try await withConnection { connection in
      _ = try await Migrations(directory: folder.path).apply(on: connection)
      try folder.write("0001_first.sql", Self.first + " ")
      let text = try await failure { _ = try await Migrations(directory: folder.path).apply(on: connection) }
      #expect(text.contains("0001_first.sql was changed"))
      let status = try await failure { _ = try await Migrations(directory: folder.path).status(on: connection) }
      #expect(status.contains("0001_first.sql"))
    }
  }

  @Test func aRenamedOrMissingFileIsRefusedByName() async throws {
    let folder = try Folder(["0001_first.sql": Self.first, "0002_second.sql": Self.second])
    try await withConnection { connection in
      _ = try await Migrations(directory: folder.path).apply(on: connection)
      try folder.remove("0002_second.sql")
      let newer = try await failure { _ = try await Migrations(directory: folder.path).apply(on: connection) }
      #expect(newer.contains("this boardcast is older than the database") && newer.contains("0002_second.sql"))
      try folder.write("0002_other.sql", Self.second)
      let renamed = try await failure { _ = try await Migrations(directory: folder.path).apply(on: connection) }
      #expect(renamed.contains("0002_second.sql is missing"))
    }
  }

  @Test(arguments: [
    (["0001_a.sql", "0003_c.sql"], "migration 2 is missing"), (["0002_b.sql"], "migration 1 is missing"),
    (["0001_a.sql", "0001_b.sql"], "two migrations have number 1"), (["1_a.sql"], "1_a.sql"),
    (["0001_A b.sql"], "0001_A b.sql"), (["0000_a.sql"], "0000_a.sql"),
  ])
  func badNamesAndNumbersAreRefused(_ names: [String], _ text: String) throws {
    let folder = try Folder(Dictionary(uniqueKeysWithValues: names.map { ($0, "select 1") }))
    let error = try #require(throws: PostgresError.self) { try Migrations(directory: folder.path) }
    #expect(error.code == .migration && error.description.contains(text))
  }

  @Test func aFolderThatIsNotThereIsNamed() throws {
    let error = try #require(throws: PostgresError.self) { try Migrations(directory: "/nowhere/at/all") }
    #expect(error.description.contains("/nowhere/at/all"))
  }

  @Test func aFailingMigrationLeavesNoTrace() async throws {
    let folder = try Folder([
      "0001_first.sql": Self.first, "0002_bad.sql": "create table boardcast.b (x int); select 1/0;",
    ])
    try await withConnection { connection in
      let text = try await failure { _ = try await Migrations(directory: folder.path).apply(on: connection) }
      #expect(text.contains("0002_bad.sql"))
      try await connection.withSession { session throws in
        #expect(try session.query("select to_regclass('boardcast.b') is null").only { try $0.bool(0) })
        #expect(try session.query("select * from boardcast.migration").rowCount == 1)
      }
    }
  }

  @Test func aMigrationThatCommitsIsRefused() async throws {
    let folder = try Folder(["0001_first.sql": "select 1; commit;"])
    try await withConnection { connection in
      let text = try await failure { _ = try await Migrations(directory: folder.path).apply(on: connection) }
      #expect(text.contains("0001_first.sql") && text.contains("COMMIT"))
    }
  }
}
