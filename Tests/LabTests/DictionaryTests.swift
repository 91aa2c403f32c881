import BoardInventory
import BuildEvents
import Foundation
import LabSupport
import Matcher
import PostgresClient
import SchedulerPlugin
import Testing

/// The dictionaries that a real LAVA renders, asked for over its REST, for boards of real types.
@Suite(
  .enabled(if: Lab.isWholeInEnvironment, "needs a whole lab: eval \"$(scripts/lab env)\""), .timeLimit(.minutes(5)))
struct DictionaryTests {
  /// How many types; every one of them with BOARDCAST_TEST_TYPES=1000.
  private static let size = ProcessInfo.processInfo.environment["BOARDCAST_TEST_TYPES"].flatMap { Int($0) } ?? 24

  /// Types whose catalogue files are of this lab's LAVA, spread over all of them.
  private func types(_ lab: Lab) throws -> (names: [String], catalogue: DeviceCatalogue) {
    let catalogue = try DeviceCatalogue(folders: [Lab.repository + "/devices"])
    let generation = try lab["BOARDCAST_LAB_LAVA"]
    let names = catalogue.shipped.values.filter {
      $0.sources["boot_methods"]?.hasPrefix("LAVA \(generation) ") == true
    }.map(\.deviceType).sorted()
    let step = max(1, names.count / Self.size)
    return (stride(from: 0, to: names.count, by: step).map { names[$0] }, catalogue)
  }

  @Test func whatLAVARendersIsWhatTheCatalogueSaysAndNoPasswordIsKept() async throws {
    let lab = try Lab.current.get()
    let (types, catalogue) = try types(lab)
    try await DictionaryBoards.with(types) { boards in
      let options = try boards.options()
      let began = ContinuousClock.now
      let refresh = try await Program.boardcast(["boards", "refresh", "--json"] + options)
      // One starts at once, each further one a fortieth of a second later.
      #expect(began.duration(to: .now) >= .milliseconds(25 * (types.count - 1)))
      #expect(refresh.status == 0, "\(refresh)")
      let counts = try JSONValue.parse(Array(refresh.output.utf8))
      #expect(counts["asked"] == .int(Int64(types.count)) && counts["failed"] == 0)
      let read = try await boards.connection.withTransaction(.repeatableRead, readOnly: true) {
        try LabSnapshot.read($0, catalogue: catalogue)
      }
      for board in read.boards {
        let entry = try #require(catalogue.shipped[board.board.deviceType])
        #expect(board.sourceWords(.bootMethods)?.hasPrefix("dictionary rendered by LAVA 20") == true)
        #expect(board.board.capabilities.bootMethods == entry.capabilities.bootMethods, "\(entry.deviceType)")
        #expect(board.board.capabilities.deployMethods == entry.capabilities.deployMethods, "\(entry.deviceType)")
        #expect(board.board.capabilities.architectures == entry.capabilities.architectures, "\(entry.deviceType)")
      }
      // Nothing changed, so nothing is asked again.
      let again = try await Program.boardcast(["boards", "refresh"] + options)
      #expect(again.status == 0 && again.output.hasPrefix("0 boards asked for"), "\(again)")
      let check = try await Program.boardcast(["types", "check"] + options)
      #expect(check.status == 0 && check.output.contains("boot_methods \(types.count)"), "\(check)")
      let kept = try await boards.connection.withSession { session in
        try session.query(
          """
          SELECT (SELECT string_agg(d::text, ' ') FROM boardcast.dictionary d)
                 || (SELECT string_agg(f::text, ' ') FROM boardcast.dictionary_facts f) AS all
          """
        ).only { try $0.string("all") }
      }
      #expect(kept.count > 100 && !kept.contains(DictionaryBoards.secret) && !kept.contains("pdu"))
      let token = try lab["BOARDCAST_LAB_TOKEN"]
      for outcome in [refresh, again, check] { #expect(!(outcome.output + outcome.complaint).contains(token)) }
    }
  }

  @Test func aDictionaryThatDoesNotRenderKeepsLAVAsWordsAndIsReadAgainWhenItsFileChanges() async throws {
    try await DictionaryBoards.with(["qemu", "x86"]) { boards in
      let options = try boards.options()
      let (bad, good) = (
        try #require(boards.types.first { $0.value == "qemu" }?.key),
        try #require(boards.types.first { $0.value == "x86" }?.key)
      )
      try boards.write("{% extends 'no-such-template.jinja2' %}\n", to: bad)
      let refresh = try await Program.boardcast(["boards", "refresh"] + options)
      #expect(refresh.status == 1 && refresh.output.contains("2 boards asked for, 2 with news, 1 that"), "\(refresh)")
      #expect(refresh.complaint.contains("\(bad): LAVA says: Device '\(bad)' does not have a configuration"))
      let show = try await Program.boardcast(["boards", "show", bad] + options)
      #expect(show.output.contains("LAVA says: Device '\(bad)' does not have a configuration"), "\(show)")
      #expect(show.output.contains("boot_methods: shipped devices/qemu.yaml"), "the catalogue still says what it can")
      try boards.write("{% extends 'beaglebone-black.jinja2' %}\n", to: bad)
      let mended = try await Program.boardcast(["boards", "refresh"] + options)
      #expect(mended.status == 0 && mended.output.hasPrefix("1 boards asked for, 1 with news"), "\(mended)")
      let other = try await Program.boardcast(["boards", "show", "--json", bad] + options)
      let board = try JSONValue.parse(Array(other.output.utf8))
      #expect(board["sources"]?["boot_methods"]?.stringValue?.hasPrefix("dictionary rendered by LAVA") == true)
      #expect(board["dictionary"]?["problem"] == .null && board["disagreements"] != [])
      let named = try await Program.boardcast(["boards", "refresh", good, "--json"] + options)
      #expect(try JSONValue.parse(Array(named.output.utf8))["asked"] == 1)
      let near = try await Program.boardcast(["boards", "refresh", good + "x"] + options)
      #expect(near.status == 1 && near.complaint.contains("did you mean '\(good)'?"), "\(near)")
    }
  }

  @Test func aTokenThatLAVARefusesIsOneClearLineAndNothingIsLost() async throws {
    try await DictionaryBoards.with(["qemu"]) { boards in
      let board = try #require(boards.types.keys.first)
      #expect(try await Program.boardcast(["boards", "refresh"] + boards.options()).status == 0)
      for token in ["wrong0token", try boards.lab["BOARDCAST_LAB_INACTIVE_TOKEN"]] {
        let refused = try await Program.boardcast(["boards", "refresh", "--all"] + boards.options(token: token))
        #expect(refused.status == 1 && refused.complaint.split(separator: "\n").count == 1, "\(refused)")
        #expect(refused.complaint.contains("refuses the token") && !refused.complaint.contains(token), "\(refused)")
      }
      #expect(try await boards.problem(of: board) == "none")
      let doctor = try await Program.boardcast(["doctor"] + boards.options())
      #expect(doctor.output.contains("dictionaries: 1 of 1 boards rendered, 0 not, the oldest look 0 minutes ago"))
    }
  }

  @Test func aRefreshThatIsBrokenOffGoesOnWhereItWas() async throws {
    let types = ["qemu", "x86", "panda", "juno", "mustang", "beaglebone-black"]
    try await DictionaryBoards.with(types) { boards in
      let process = Process()
      process.executableURL = URL(fileURLWithPath: Lab.program)
      process.arguments = try ["boards", "refresh"] + boards.options(perSecond: 1)
      (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
      try ProgramStart.run(process)
      defer { process.terminate() }
      try await eventually("an answer is kept") { try await boards.kept() > 0 }
      process.interrupt()
      try await eventually("it has ended") { !process.isRunning }
      let kept = try await boards.kept()
      #expect(process.terminationStatus != 0 && kept < types.count, "\(kept) were kept")
      let rest = try await Program.boardcast(["boards", "refresh"] + boards.options())
      #expect(rest.status == 0 && rest.output.hasPrefix("\(types.count - kept) boards asked for"), "\(rest)")
    }
  }

  @Test func serveAsksInTheBackgroundAndDecidesAlsoWhileLAVACannotBeAsked() async throws {
    try await DictionaryBoards.with(["qemu"]) { boards in
      let board = try #require(boards.types.keys.first)
      try await LabBoards(connection: boards.connection).registerSender()
      try await boards.connection.withSession { session in
        try session.script("INSERT INTO lava_scheduler_app_alias (name, device_type_id) VALUES ('virt', 'qemu')")
      }
      _ = try boards.options()
      let serve = try ServeProcess(
        database: boards.database.connectionString, folder: boards.folder.path, port: ServePlace.freePort())
      defer { serve.abandon() }
      try await eventually("the dictionary is known; log: \(serve.log)") {
        try await boards.problem(of: board) == "none"
      }
      #expect(try await serve.terminate() == 0)
      let alias = try await Program.boardcast(["types", "show", "virt"] + boards.options())
      #expect(
        alias.output.contains("'virt' is an alias of it") && alias.output.contains("(dictionary rendered by LAVA)"))

      _ = try boards.options(url: "http://127.0.0.1:9")
      try await boards.connection.withSession { session in
        try session.script("UPDATE boardcast.dictionary SET checked_at = now() - interval '30 days'")
      }
      let cutOff = try ServeProcess(
        database: boards.database.connectionString, folder: boards.folder.path, port: ServePlace.freePort())
      defer { cutOff.abandon() }
      try await cutOff.logs("LAVA cannot be asked at http://127.0.0.1:9: Connection refused")
      try await cutOff.becomes("writing")
      _ = try await cutOff.producer.send(nanoEvent("n-1"))
      try await LabBoards(connection: boards.connection).decided(["n-1"])
      #expect(try await boards.problem(of: board) == "none", "what was known stays known")
      #expect(try await cutOff.terminate() == 0)
      #expect(!cutOff.log.contains(try boards.lab["BOARDCAST_LAB_TOKEN"]))
    }
  }
}
