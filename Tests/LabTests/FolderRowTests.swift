import BuildEvents
import Foundation
import LabSupport
import Testing

/// What one kind of build leaves, out of the samples where there is one.
struct FolderCase: Sendable, CustomTestStringConvertible {
  let kind: String
  /// Files by path; a value that begins with `@` is a sample.
  let files: [String: String]
  /// The folder to send.
  let folder: String
  var told: [String] = []

  var testDescription: String { kind }

  static let all = [
    FolderCase(
      kind: "yocto",
      files: [
        "core-image-minimal-qemuarm64.rootfs.testdata.json": "@yocto-testdata.json", "Image": "kernel",
        "core-image-minimal-qemuarm64.rootfs.ext4": "root",
      ], folder: ""),
    FolderCase(
      kind: "buildroot",
      files: [
        ".config": "BR2_ARCH=\"aarch64\"\nBR2_LINUX_KERNEL_VERSION=\"6.12.27\"\nBR2_PASSWORD=\"hunter2\"\n",
        "images/Image": "kernel", "images/rootfs.ext4": "root",
      ], folder: "images", told: ["build_id=br-1"]),
    FolderCase(
      kind: "debos", files: ["rootfs.cpio.gz": "root", "disk.img.gz": "disk"], folder: "",
      told: ["build_id=trixie-1", "arch=armhf"]),
    FolderCase(
      kind: "aosp",
      files: [
        "system/build.prop": "ro.product.cpu.abi=x86_64\nro.build.version.incremental=13210000\nro.product.device=cf\n",
        "boot.img": "boot", "super.img": "super",
      ], folder: "", told: ["bootloader=none"]),
    FolderCase(
      kind: "tuxmake", files: ["metadata.json": "@tuxmake-metadata.json", "Image.gz": "kernel", "modules.tar.xz": "m"],
      folder: "", told: ["build_id=linux-1"]),
  ]
}

/// Protects builds that leave a folder and no event.
@Suite("Folders that builds leave", .timeLimit(.minutes(3)))
struct FolderRowTests {
  @Test(
    "From the folder to a job on every board; sent again it changes nothing; a wrong token is not let in",
    arguments: FolderCase.all)
  func wholeWay(_ row: FolderCase) async throws {
    try await Bench.with { bench in
      let folder = bench.place.folder
      for (path, text) in row.files {
        let sample = text.hasPrefix("@") ? Lab.repository + "/Tests/samples/" + text.dropFirst() : nil
        try folder.write("out/" + path, sample.map { try String(contentsOfFile: $0, encoding: .utf8) } ?? text)
      }
      // Whatever it is, it is sent as a nano image that boots by its kernel alone, for the shipped rule.
      try folder.write(
        "rules/power-on.yaml",
        """
        rule: any-build
        description: Talks to every board that an image of any family is for.
        when: {source: \(row.kind)}
        how: {template: power-on, priority: low, visibility: public}

        """)
      let serve = try await bench.place.serve()
      let told = (row.told + ["image_family=nano", "device_types=qemu"]).flatMap { ["--set", $0] }
      let words =
        ["send", "--to", serve.url, folder.path + "/out/" + row.folder, "--from", row.kind]
        + ["--url", "http://127.0.0.1:9/b"] + told
      func send(_ token: String) async throws -> Command.Outcome {
        try await Program.boardcast(words, environment: ["BOARDCAST_TOKEN": token, "no_proxy": "*"])
      }
      let stranger = try await send("another0token")
      #expect(stranger.status == 1 && stranger.complaint.contains("HTTP 401"), "\(stranger.complaint)")
      #expect(try await bench.boards.events().isEmpty)
      let first = try await send(LabBoards.token)
      #expect(first.status == 0 && first.output.contains("is accepted"), "\(first.output)\(first.complaint)")
      let again = try await send(LabBoards.token)
      #expect(again.status == 0 && again.output.contains("was there already"), "\(again.output)\(again.complaint)")
      let event = try #require(try await serve.producer.get("/api/v1/events").json["events"]?.arrayValue?.first)
      let build = try #require(event["record"]?["build_id"]?.stringValue)
      #expect(event["record"]?["source"]?.stringValue == row.kind)
      try await bench.boards.decided([build])
      for board in ["qemu-01", "qemu-02"] { try await bench.boards.assignment(build, board, is: "queued") }
      try await bench.expectQueueAgrees()
      #expect(try await bench.boards.events() == [build: ["decided"]])
      #expect(!event.canonical.contains("hunter2") && !serve.log.contains("token0"), "a secret left the builder")
    }
  }
}
