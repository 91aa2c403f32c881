import BuildEvents
import Foundation
import LabSupport
import Logging
import PostgresClient
import Testing

@testable import SchedulerPlugin

/// Protects the way from a folder that a real web server lists to LAVA's queue.
@Suite("Published builds are found") struct WatchServiceTests {
  /// What is published, as Offspring did.
  struct Site {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    func image(_ date: String, _ serial: Int = 0, name: String = "nano") throws {
      let path = "11.05-daily/linaro-\(name)/\(date)/\(serial)/images/tar/\(name)-n-tar-\(date)-\(serial).tar.gz"
      try folder.write(path, "x")
      let latest = folder.path + "/11.05-daily/linaro-\(name)/latest"
      try? FileManager.default.removeItem(atPath: latest)
      try FileManager.default.createSymbolicLink(atPath: latest, withDestinationPath: date)
      try open()
    }

    func pack(_ name: String, _ date: String, _ serial: Int = 0) throws {
      let file = "hwpack_linaro-\(name)_\(date)-\(serial)_armel_supported.tar.gz"
      try folder.write("11.05-daily/linaro-hwpacks/\(name)/\(date)/\(serial)/images/hwpack/\(file)", "x")
      try open()
    }

    /// Apache reads as nobody.
    private func open() throws {
      _ = try Command("/bin/chmod", ["-R", "a+rX", folder.path]).run()
    }
  }

  private static func source(_ url: String, _ more: String = "") -> String {
    """
    source: nano
    producer: offspring
    user: ci-bot
    watch:
      url: \(url)
      builds: '*/*'
      files: 'images/tar/*.tar.gz'
      every: 30s
    \(more)\(HookCase.map)
    """
  }

  /// Looks as often as it can be told to, where a source says every 30 s.
  private func looks(
    _ lab: TestLab, _ folder: TemporaryFolder, _ holds: () async throws -> Bool
  ) async throws {
    // A new process looks at once, and goes on from what is on disk.
    try await soon(.seconds(90)) {
      let pulling = Pulling(lab, folder)
      if !pulling.mistakes.isEmpty { throw LabSurprise("\(pulling.mistakes)") }
      let before = try await moves(lab)
      _ = try await pulling.until(.seconds(20)) {
        let now = try await moves(lab)
        if before != nil, now != before { return true }
        return try await holds()
      }
      return try await holds()
    }
  }

  private func moves(_ lab: TestLab) async throws -> String? {
    try await lab.connection.withSession { session in
      try session.query("SELECT moved_at::text AS at FROM boardcast.pull WHERE cursor ->> 'first_look' = 'over'")
        .first { try $0.string("at") }
    }
  }

  @Test("A new build becomes jobs once; what was there before, and latest, do not", arguments: WebServer.Kind.allCases)
  func servers(_ kind: WebServer.Kind) async throws {
    guard kind.isInstalled else {
      print("SKIPPED, LOUDLY: \(kind.program) is not installed; listings of \(kind) are tested by samples alone")
      return
    }
    try await TestLab.with(boards: ["qemu-01", "qemu-02"]) { lab in
      let site = try Site()
      try site.image("20110207")
      let server = try await WebServer.start(kind, of: site.folder.path)
      let folder = try TemporaryFolder(["nano.yaml": Self.source(server.url + "11.05-daily/linaro-nano/")])
      try await looks(lab, folder) { try await moves(lab) != nil }
      #expect(try await lab.count(Pulling.events) == 0)
      try site.image("20110208")
      try await looks(lab, folder) { try await lab.count(Pulling.events) == 1 }
      try site.image("20110208", 1)
      try await looks(lab, folder) { try await lab.count(Pulling.events) == 2 }
      try await looks(lab, folder) { true }
      #expect(try await lab.count(Pulling.events) == 2)
      try await lab.pass()
      #expect(try await lab.jobCount() == 2)
      #expect(try await lab.assignments().count == 4)
      let stored = try #require(try await lab.connection.withSession { try EventStore.event(2, $0) })
      #expect(stored.event.source == "offspring:nano" && stored.event.buildID == "11.05-daily/nano/20110208/1")
      #expect(stored.event.images["rootfs"]?.url.contains("/20110208/1/images/tar/") == true)
      #expect(try await lab.pulls().map(\.taken) == [2])
    }
  }

  @Test("A server that is away is said once and loses nothing; a source that begins with a day takes it from there")
  func away() async throws {
    try await TestLab.with(boards: []) { lab in
      let site = try Site()
      for day in 5...8 { try site.image("2011020\(day)") }
      var server: WebServer? = try await WebServer.start(.python, of: site.folder.path)
      let url = (server?.url ?? "") + "11.05-daily/linaro-nano/"
      server = nil
      let folder = try TemporaryFolder([
        "nano.yaml": Self.source(url).replacing("every: 30s", with: "every: 30s\n  since: 2011-02-07")
      ])
      let pulling = Pulling(lab, folder)
      try await pulling.reaches { try await lab.pulls().first?.trouble != nil }
      #expect(pulling.log.recorded.filter { $0.level == .error }.count == 1)
      #expect(try await moves(lab) == nil)
      let other = try await WebServer.start(.python, of: site.folder.path)
      try folder.write(
        "nano.yaml",
        try String(contentsOfFile: folder.path + "/nano.yaml", encoding: .utf8)
          .replacing(url, with: other.url + "11.05-daily/linaro-nano/"))
      try await looks(lab, folder) { try await lab.count(Pulling.events) == 2 }
      #expect(try await lab.pulls().first?.trouble == nil)
    }
  }

  @Test("Files that no adapter of ours knows: the producer 'published' and a mapping by names")
  func published() async throws {
    try await TestLab.with(boards: ["qemu-01"]) { lab in
      let site = try Site()
      let server = try await WebServer.start(.python, of: site.folder.path)
      try site.folder.write("builds/7/Image", "x")
      try site.folder.write("builds/7/initrd.gz", "x")
      let source = """
        source: site
        producer: published
        user: ci-bot
        watch: {url: \(server.url)builds/, files: [Image, 'initrd*'], since: all}
        map:
          image_family: nano
          arch: x86_64
          bootloader: qemu
          device_types: qemu
          images: {kernel: {file: Image}, ramdisk: {file: 'initrd*', compression: gz}}

        """
      let folder = try TemporaryFolder(["site.yaml": source])
      try await looks(lab, folder) { try await lab.count(Pulling.events) == 1 }
      try await lab.pass()
      #expect(try await lab.jobCount() == 1)
      let stored = try #require(try await lab.connection.withSession { try EventStore.event(1, $0) })
      #expect(stored.event.images["kernel"]?.url == server.url + "builds/7/Image")
      #expect(stored.event.buildID == "7")
    }
  }

  @Test("What a source's file may say of fetching, and what it may not")
  func files() throws {
    func mistake(_ text: String) throws -> String? {
      let folder = try TemporaryFolder(["s.yaml": text, "t": "token\n"])
      return ProducerFiles.read([folder.path, Lab.repository + "/producers"], previous: nil).mistakes.first.map {
        "\($0)"
      }
    }
    let watch = "source: s\nproducer: published\nuser: u\n"
    let pull = "source: s\nproducer: kernelci\nuser: u\n"
    #expect(try mistake(watch + "watch: {url: 'https://h/x'}") == nil)
    #expect(try mistake(watch + "watch: {url: 'https://h/x', kind: link, every: 1d, since: 2026-01-01}") == nil)
    #expect(try mistake(pull + "pull: {api: 'https://h/latest', token_file: t, since: all}") == nil)
    for (text, words) in [
      (watch + "watch: {url: 'ftp://h/x'}", "s.yaml:4"), (watch + "watch: {}", "'url' is missing"),
      (watch + "watch: {url: 'https://u:p@h/'}", "credentials"), (watch + "watch: {url: 'https://h/', every: 5}", "5m"),
      (watch + "watch: {url: 'https://h/', every: 1s}", "30s"),
      (watch + "watch: {url: 'https://h/', kind: x}", "index"),
      (watch + "watch: {url: 'https://h/', builds: '../*'}", "no path of patterns"),
      (watch + "watch: {url: 'https://h/', sinc: all}", "did you mean 'since'"),
      (watch + "watch: {url: 'https://h/', since: yesterday}", "2026-01-31"),
      (pull + "watch: {url: 'https://h/'}", "published"), (watch + "pull: {api: 'https://h'}", "kernelci"),
      (pull + "pull: {api: 'https://h/latest', token_file: none}", "token"),
      (pull + "pull: {api: 'https://h/latest', token_file: t, subscriber: 'a b'}", "no name"),
      (watch, "secret_file"), (watch + "watch: {url: 'https://h/'}\npairing: {}", "offspring"),
    ] {
      let told = try mistake(text)
      #expect(told?.contains(words) == true, "\(text): \(told ?? "nothing")")
      #expect(told?.contains("u:p") != true)
    }
  }
}
