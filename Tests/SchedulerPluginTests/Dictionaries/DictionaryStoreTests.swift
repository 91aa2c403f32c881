import BoardInventory
import Foundation
import LabSupport
import Matcher
import PostgresClient
import SchedulerPlugin
import Testing

/// Protects what is kept of dictionaries: facts alone, once, and news only where there are some.
@Suite("What dictionaries said")
struct DictionaryStoreTests {
  private static let uboot = DictionaryFacts(
    impliedArchitecture: "arm", impliedBy: "mkimage_arch", bootMethods: ["u-boot"], deployMethods: ["tftp"])

  private func with(_ body: @escaping @Sendable (borrowing PostgresSession) throws -> Void) async throws {
    try await LAVADatabase.with { configuration in
      let connection = try await PostgresConnection.connect(configuration, logger: LAVADatabase.logger)
      try await connection.withSession { session in
        try LAVARows.addDeviceType("t", session)
        for name in ["a", "b", "c"] { try LAVARows.addDevice(name, type: "t", worker: nil, session) }
        try body(session)
      }
      await connection.close()
    }
  }

  @Test("Boards that say the same share one row; the same again is no news and keeps its time; something else is news")
  func news() async throws {
    try await with { session in
      let first = try DictionaryStore.save("a", .rendered(Self.uboot), fileTime: 1, session)
      let second = try DictionaryStore.save("b", .rendered(Self.uboot), fileTime: nil, session)
      let count = try session.query("SELECT count(*) AS n FROM boardcast.dictionary_facts").only { try $0.int("n") }
      #expect(first && second && count == 1)
      let before = try LabSnapshot.read(session, catalogue: DeviceCatalogue([])).boards
      let again = try DictionaryStore.save("a", .rendered(Self.uboot), fileTime: 2, session)
      let after = try LabSnapshot.read(session, catalogue: DeviceCatalogue([])).boards
      #expect(!again && before == after && after[0].facts === after[1].facts)
      #expect(after[0].facts.values(.bootMethods) == ["u-boot"] && after[0].facts.values(.architectures) == ["arm"])
      let broken = try DictionaryStore.save("a", .problem("LAVA says: no"), fileTime: 2, session)
      let stillBroken = try DictionaryStore.save("a", .problem("LAVA says: no"), fileTime: 3, session)
      #expect(broken && !stillBroken)
      let failed = try LabSnapshot.read(session, catalogue: DeviceCatalogue([])).board(named: "a")
      #expect(failed?.dictionary?.problem == "LAVA says: no" && failed?.board.capabilities.isDescribed == false)
      let mended = try DictionaryStore.save("a", .rendered(Self.uboot), fileTime: 3, session)
      #expect(mended)
    }
  }

  @Test("The longest unseen come first, retired ones not at all, and what LAVA has no more is forgotten")
  func boards() async throws {
    try await with { session in
      try DictionaryStore.save("b", .rendered(Self.uboot), fileTime: nil, session)
      try DictionaryStore.save("gone", .rendered(Self.uboot), fileTime: nil, session)
      try session.script("UPDATE lava_scheduler_app_device SET health = 5 WHERE hostname = 'c'")
      let boards = try DictionaryStore.boards(session)
      #expect(boards.map(\.hostname) == ["a", "b"] && boards[0].age == nil)
      let kept = try session.query("SELECT hostname FROM boardcast.dictionary").map { try $0.string("hostname") }
      #expect(kept == ["b"])
    }
  }

  @Test("Due is what nobody saw, whose file has another time, or what is old; what gave nothing, after an hour")
  func due() async throws {
    try await with { session in
      try DictionaryStore.save("a", .rendered(Self.uboot), fileTime: 1_000, session)
      try DictionaryStore.save("b", .problem("no"), fileTime: nil, session)
      let fresh = Self.byName(try DictionaryStore.boards(session))
      #expect(fresh["c"]?.isDue(fileTime: nil, hours: 24) == true)
      #expect([1_000, nil, 1_001].map { fresh["a"]?.isDue(fileTime: $0, hours: 24) } == [false, false, true])
      #expect([nil, 5].map { fresh["b"]?.isDue(fileTime: $0, hours: 24) } == [false, true])
      try session.script("UPDATE boardcast.dictionary SET checked_at = now() - interval '2 hours'")
      let old = Self.byName(try DictionaryStore.boards(session))
      #expect([24, 1].map { old["a"]?.isDue(fileTime: 1_000, hours: $0) } == [false, true])
      #expect(old["b"]?.isDue(fileTime: nil, hours: 24) == true)
    }
  }

  private static func byName(_ boards: [DictionaryStore.Board]) -> [String: DictionaryStore.Board] {
    Dictionary(uniqueKeysWithValues: boards.map { ($0.hostname, $0) })
  }
}

/// Protects the token, and that a number out of range is told.
@Suite("How LAVA is asked for dictionaries")
struct DictionarySettingsTests {
  private func configuration(_ yaml: String, _ more: [String: String] = [:]) throws -> Configuration {
    let folder = try TemporaryFolder(more.merging(["config.yaml": yaml]) { first, _ in first })
    return try Configuration.read(folder: folder.path, shipped: "/nowhere")
  }

  @Test("The token is read from its file and shown to nobody")
  func token() throws {
    let file = try TemporaryFolder(["token": " abc123secret\n"]).path + "/token"
    let folder = try TemporaryFolder(["token": " abc123secret\n"])
    let settings = try configuration("lava_url: http://l\nlava_token_file: \(folder.path)/token\n").dictionarySettings
    #expect(settings.token == LAVAToken("abc123secret") && settings.lavaURL == "http://l")
    #expect(!"\(settings) \(String(reflecting: settings))".contains("secret"))
    var dumped = ""
    dump(settings, to: &dumped)
    #expect(!dumped.contains("secret"))
    #expect(throws: FileMistake.self) { try configuration("lava_token_file: \(file).none\n") }
    #expect(LAVAToken("two words") == nil && LAVAToken(" \n") == nil)
  }

  @Test("Rates and hours have limits, and a file that is no token is told by its name")
  func limits() throws {
    for (line, words) in [
      ("dictionary_requests_per_second: 0", "config.yaml:1: 0 is out of range; use 1 to 50"),
      ("dictionary_refresh_hours: 721", "config.yaml:1: 721 is out of range; use 1 to 720"),
    ] {
      do {
        _ = try configuration(line + "\n")
        Issue.record("\(line) was taken")
      } catch {
        #expect("\(error)".hasSuffix(words), "\(error)")
      }
    }
    let settings = try configuration("dictionary_requests_per_second: 9\n").dictionarySettings
    #expect(settings.perSecond == 9 && settings.hours == 24)
  }
}
