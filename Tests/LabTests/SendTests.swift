import BuildEvents
import Foundation
import LabSupport
import PostgresClient
import Testing

/// Protects builds that wait for their boards: `send` in its forms, and what `producers` shows, on a running serve.
@Suite(.timeLimit(.minutes(3))) struct SendTests {
  private func send(_ bench: Bench, _ serve: ServeProcess, _ words: [String]) async throws -> Command.Outcome {
    try await Program.boardcast(
      ["send", "--to", serve.url] + words, environment: ["BOARDCAST_TOKEN": LabBoards.token, "no_proxy": "*"])
  }

  @Test func waitingEndsWhenAllJobsAreOverAndSaysHowTheyEnded() async throws {
    try await Bench.with { bench in
      let serve = try await bench.place.serve()
      try await bench.boards.set(health: 1, of: "qemu-03")
      let file = try bench.place.folder.write("nano.json", nanoEvent("waited"))
      async let outcome = send(bench, serve, [file, "--wait", "--timeout", "100"])
      try await bench.drain(["waited"])
      let ended = try await outcome
      #expect(ended.status == 0, "\(ended.complaint)")
      #expect(ended.output.contains("Complete") && ended.complaint.contains("3 finished, 3 complete"))
      // The same event again: all is over at once.
      #expect(try await send(bench, serve, [file, "--wait"]).status == 0)
      let nobody = try bench.place.folder.write(
        "none.json", nanoEvent("none").replacing("\"nano\"", with: "\"unheard-of\""))
      let none = try await send(bench, serve, [nobody, "--wait", "--timeout", "60"])
      #expect(none.status == 3 && none.output.contains("no rule gave"), "\(none.output) \(none.complaint)")
    }
  }

  /// A build must not wait a day for a board in maintenance, unless it is told to.
  @Test func boardsThatAreAwayNeedNotBeWaitedFor() async throws {
    try await Bench.with { bench in
      let serve = try await bench.place.serve()
      let file = try bench.place.folder.write("nano.json", nanoEvent("skipping"))
      async let outcome = send(bench, serve, [file, "--wait", "--skip-away", "--timeout", "100"])
      try await eventually("two jobs queued") { try await bench.boards.ledger().jobs.count == 2 }
      try await bench.boards.finishJobs()
      let ended = try await outcome
      #expect(ended.status == 0, "\(ended)")
      #expect(ended.complaint.contains("2 finished, 2 complete, 1 away"), "\(ended)")
      let alone = try await send(bench, serve, [file, "--skip-away"])
      #expect(alone.status != 0 && alone.complaint.contains("--skip-away goes with --wait"))
    }
  }

  @Test func aFoldersFilesAndAProducersHookEndInJobs() async throws {
    try await Bench.with { bench in
      let place = bench.place.folder
      try place.write("producers/secret", "its-secret\n")
      let source = try place.write(
        "producers/ci.yaml",
        """
        source: ci
        producer: jenkins
        user: tester
        secret_file: secret
        map:
          image_family: nano
          arch: x86_64
          device_types: qemu
          images: {kernel: {file: 'Image*'}, ramdisk: {url: '{+build.parameters.PUBLISH_URL}initrd'}}

        """)
      let serve = try await bench.place.serve()
      let sample = Lab.repository + "/Tests/samples/jenkins-notification.json"
      let listed = try await Program.boardcast(["producers", "--config-dir", place.path])
      #expect(listed.status == 0 && listed.output.contains("/hooks/jenkins/ci"), "\(listed.complaint)")
      let checked = try await Program.boardcast(["producers", "check", source, sample, "--config-dir", place.path])
      #expect(checked.status == 0 && checked.output.contains("build.parameters.MACHINE"), "\(checked.complaint)")
      let hook = "\(serve.url)/hooks/jenkins/ci"
      let answer = try await Program.run(
        "/usr/bin/curl",
        [
          "-sS", "--noproxy", "*", "-u", "jenkins:its-secret", "-H", "Content-Type: application/json", "--data-binary",
          "@\(sample)", hook,
        ])
      #expect(answer.output.contains("\"duplicate\":false"), "\(answer.output) \(answer.complaint)")

      try place.write("out/Image", "kernel")
      try place.write("out/rootfs.cpio.gz", "ramdisk")
      try place.write("out/.config", "BR2_ARCH=\"x86_64\"\n")
      let words = [
        place.path + "/out", "--from", "buildroot", "--url", "http://127.0.0.1:9/b", "--set", "build_id=br-1", "--set",
        "image_family=nano", "--set", "device_types=qemu",
      ]
      let dry = try await send(bench, serve, words + ["--dry-run"])
      #expect(dry.output.contains("\"sha256\""), "\(dry.complaint)")
      let sent = try await send(bench, serve, words)
      #expect(sent.status == 0, "\(sent.complaint)")
      let builds = ["https://ci.example.com/job/oe-rb5-nightly/412/", "br-1"]
      try await bench.boards.decided(builds)
      try await bench.expectNothingLostOrDoubled(builds)
    }
  }
}
