import BuildEvents
import Foundation
import LabSupport
import PostgresClient
import Testing

/// Protects whoever sets up a watch: what it would find is shown before it counts, and how it stands can be seen after.
@Suite(.timeLimit(.minutes(4))) struct FetchedCommandTests {
  private static let tree = "11.05-daily/linaro-nano"

  /// A folder of builds that a real web server lists, and a lab.
  private func with(_ body: (Bench, WebServer, LabSupport.TemporaryFolder) async throws -> Void) async throws {
    let www = try LabSupport.TemporaryFolder(["\(Self.tree)/20110207/0/images/tar/nano-n-tar-20110207-0.tar.gz": "x"])
    let server = try await WebServer.start(.python, of: www.path)
    try await Bench.with { bench in
      try await body(bench, server, www)
    }
  }

  private func boardcast(_ bench: Bench, _ words: String...) async throws -> Command.Outcome {
    try await Program.boardcast(
      words,
      environment: [
        "BOARDCAST_CONFIG_DIR": bench.place.folder.path,
        "BOARDCAST_DATABASE": bench.place.database.connectionString, "no_proxy": "*",
      ])
  }

  @Test func aWatchIsTriedBeforeItCounts() async throws {
    try await with { bench, server, _ in
      let place = server.url + Self.tree + "/"
      let found = try await boardcast(
        bench, "watch", "--once", place, "--builds", "*/*", "--files", "images/tar/*.tar.gz", "--json")
      #expect(found.status == 0, "\(found)")
      let message = try #require(
        try JSONValue.parse(Array(found.output.utf8))["builds"]?.arrayValue?.first, "\(found.output)")
      #expect(message["build"]?.stringValue == "20110207/0")
      // What it prints is what the source's file is tried with.
      let folder = bench.place.folder
      let payload = try folder.write("message.json", message.canonical)
      let source = try folder.write("producers/nano.yaml", Self.source(place))
      let checked = try await boardcast(bench, "producers", "check", source, payload)
      #expect(checked.status == 0 && checked.output.contains("20110207"), "\(checked)")
      let none = try await boardcast(bench, "watch", "--once", place, "--files", "nothing")
      #expect(none.status == 0 && none.output.contains("no build is there"), "\(none)")
      let missing = try await boardcast(bench, "watch", "--once", server.url + "absent/")
      #expect(missing.status == 1 && missing.complaint.contains("404"), "\(missing)")
      let odd = try await boardcast(bench, "watch", "--once", place, "--kind", "tree")
      #expect(odd.status != 0 && odd.complaint.contains("use listing, index or link"), "\(odd)")
    }
  }

  @Test func howFetchedSourcesStandCanBeSeen() async throws {
    try await with { bench, server, www in
      try bench.place.folder.write("producers/nano.yaml", Self.source(server.url + Self.tree + "/", since: "all"))
      let serve = try await bench.place.serve()
      let taken = try await eventually("a build taken; log: \(serve.log)") {
        let told = try await boardcast(bench, "producers", "fetched")
        return told.output.contains("offspring/nano  1") ? told : nil
      }
      #expect(taken.status == 0 && taken.output.contains(server.url + Self.tree + "/"), "\(taken)")
      _ = try await serve.terminate()
      // The same place, which is now away, at the next start.
      try FileManager.default.removeItem(atPath: www.path + "/" + Self.tree)
      let again = try bench.place.start()
      try await again.becomes("writing")
      let trouble = try await eventually("trouble; log: \(again.log)") {
        let told = try await boardcast(bench, "producers", "fetched")
        return told.status == 3 ? told : nil
      }
      #expect(trouble.output.contains("since ") && trouble.output.contains("404"), "\(trouble)")
      let json = try JSONValue.parse(
        Array(try await boardcast(bench, "producers", "fetched", "--json").output.utf8))
      let told = try #require(json["sources"]?.arrayValue?.first, "\(json.canonical)")
      #expect(told["taken"] == 1 && told["trouble"]?.stringValue?.contains("404") == true, "\(json.canonical)")
    }
  }

  private static func source(_ url: String, since: String = "now") -> String {
    """
    source: nano
    producer: offspring
    user: tester
    watch: {url: '\(url)', builds: '*/*', files: 'images/tar/*.tar.gz', every: 30s, since: \(since)}
    map:
      arch: x86_64
      device_types: qemu

    """
  }
}
