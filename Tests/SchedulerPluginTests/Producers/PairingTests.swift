import BuildEvents
import Foundation
import LabSupport
import PostgresClient
import TestRandom
import Testing

@testable import SchedulerPlugin

/// Protects what 2011's labs did by hand: a new image is tested with each board's newest hardware pack, a new hardware pack
/// with the newest nano, each pair once, and both halves can be read in the job.
@Suite("Images and hardware packs are paired") struct PairingTests {
  private typealias Known = HardwarePackPairing.Known

  private func image(_ build: String, _ name: String = "nano", platform: String = "11.05-daily") -> Known {
    Known(half: ImageHalf(kind: .image, platform: platform, name: name, build: build, url: "http://h/\(name)/\(build)"))
  }

  private func pack(
    _ build: String, _ name: String, _ boards: [String], platform: String = "11.05-daily", arch: String? = "armel"
  ) -> Known {
    Known(
      half: ImageHalf(
        kind: .hwpack, platform: platform, name: name, build: build, url: "http://h/\(name)/\(build)",
        architecture: arch), boards: boards)
  }

  private func pairs(_ new: Known, _ known: [Known], images: [String] = ["nano"]) -> [String]? {
    guard case .pairs(let pairs) = HardwarePackPairing.decide(new, known: known, images: images) else { return nil }
    return pairs.map { "\($0.image.name) \($0.image.build) + \($0.pack.name) \($0.pack.build)" }
  }

  @Test("A new image goes with each board's newest pack, a new pack with the newest of the wanted images")
  func directions() {
    let known = [
      pack("20110208/0", "panda", ["panda"]), pack("20110209/0", "lt-panda", ["panda"]),
      pack("20110201/2", "efikamx", ["efikamx", "efikasb"]), pack("20110209/0", "omap3", ["beagle"], arch: "armhf"),
      pack("20110210/0", "lt-origen", ["origen"], platform: "11.11-daily"), image("20110207/1"),
      image("20110207/0", "alip"), image("20110209/0", platform: "11.11-daily"),
    ]
    #expect(
      pairs(image("20110208/0"), known) == [
        "nano 20110208/0 + efikamx 20110201/2", "nano 20110208/0 + lt-panda 20110209/0",
        "nano 20110208/0 + omap3 20110209/0",
      ])
    #expect(pairs(pack("20110209/1", "panda", ["panda"]), known) == ["nano 20110207/1 + panda 20110209/1"])
    #expect(
      pairs(pack("20110209/1", "panda", ["panda"]), known, images: ["alip", "nano"])?.count == 2)
    #expect(pairs(pack("1", "x", ["x"], platform: "none"), known) == [])
    var told = image("20110208/0")
    told.half.architecture = "armel"
    #expect(pairs(told, known)?.contains { $0.contains("omap3") } == false)
  }

  @Test("A half that came before or is older than what is there makes no pair; serials count as numbers")
  func repeats() {
    let known = [image("20110208/9"), pack("20110208/0", "panda", ["panda"])]
    #expect(HardwarePackPairing.decide(image("20110208/9"), known: known, images: ["nano"]) == .repeated)
    #expect(
      HardwarePackPairing.decide(image("20110207/12"), known: known, images: ["nano"])
        == .outdated(by: image("20110208/9").half))
    #expect(pairs(image("20110208/10"), known)?.count == 1)
  }

  @Test("The same halves in any order of those known give the same pairs, one for each board")
  func deterministic() {
    var random = SeededRandom(seed: 6)
    for _ in 0..<200 {
      var known: [Known] = []
      for name in ["a", "b", "c", "d", "e"] {
        let boards = ["x", "y", "z"].filter { _ in Bool.random(using: &random) }
        known.append(pack("2011020\(Int.random(in: 1...3, using: &random))/0", name, boards))
      }
      let wanted = pairs(image("20110209/0"), known)
      #expect(pairs(image("20110209/0"), known.shuffled(using: &random)) == wanted)
      #expect((wanted?.count ?? 9) <= Set(known.flatMap(\.boards)).count)
    }
  }

  // MARK: through the door

  private static let base = "http://snapshots.linaro.org/11.05-daily"
  private static func nano(_ date: String, _ serial: Int = 0) -> String {
    "\(base)/linaro-nano/\(date)/\(serial)/images/tar/nano-n-tar-\(date)-\(serial).tar.gz"
  }
  private static func pack(_ name: String, _ date: String, _ serial: Int = 0) -> String {
    "\(base)/linaro-hwpacks/\(name)/\(date)/\(serial)/images/hwpack/"
      + "hwpack_linaro-\(name)_\(date)-\(serial)_armel_supported.tar.gz"
  }

  private static let source = """
    source: mine
    producer: offspring
    user: ci-bot
    secret_file: secret
    pairing: {images: [nano]}
    builds:
    - when: {kind: pair, hwpack_board: [panda, lt-panda]}
      map:
        bootloader: u-boot
        images:
          kernel: {url: 'http://kernels.example/{hwpack_name}/{hwpack_date}/uImage'}
          dtb: {url: 'http://kernels.example/{hwpack_name}/{hwpack_date}/omap4-panda.dtb'}

    """

  /// A lab with a panda and what LAVA must know of it.
  private func onLab(
    _ source: String = PairingTests.source,
    _ body: @escaping @Sendable (DoorsUnderTest, TestLab, TemporaryFolder) async throws -> Void
  ) async throws {
    try await TestLab.with(boards: []) { lab in
      try await lab.connection.withTransaction { session in
        try LAVARows.addDeviceType("panda", session)
        try LAVARows.addDevice("panda-01", type: "panda", worker: "worker-1", session)
      }
      let folder = try TemporaryFolder(["secret": "s3cret\n", "mine.yaml": source])
      let folders = [folder.path, Lab.repository + "/producers"]
      try await DoorsUnderTest.with(lab.configuration, producers: folders) { try await body($0, lab, folder) }
    }
  }

  private func send(
    _ url: String, _ doors: DoorsUnderTest, secret: String = "s3cret"
  ) async throws -> DoorsUnderTest.Answer {
    try await doors.post(
      bytes: Array(url.utf8), to: "/hooks/offspring/mine", authorization: "Bearer \(secret)", type: "text/plain")
  }

  private static let events: SQL = "SELECT count(*)::int AS count FROM boardcast.event"

  @Test("Both halves by their own messages become one job on the panda, with both in its metadata; sent again, nothing")
  func wholeWay() async throws {
    try await onLab { doors, lab, _ in
      let wrong = try await send(Self.nano("20110208"), doors, secret: "other")
      #expect(wrong.status == 401)
      let image = try await send(Self.nano("20110208"), doors)
      #expect(image.status == 200 && image.json["pairs"]?.arrayValue?.isEmpty == true, "\(image.text)")
      #expect(image.json["half"]?.stringValue?.contains("waits for its other half") == true, "\(image.text)")
      let pack = try await send(Self.pack("lt-panda", "20110209"), doors)
      #expect(pack.status == 202 && pack.json["pairs"]?.arrayValue?.count == 1, "\(pack.text)")
      for url in [Self.nano("20110208"), Self.pack("lt-panda", "20110209"), Self.nano("20110207")] {
        let again = try await send(url, doors)
        #expect(again.status == 200 && again.json["pairs"]?.arrayValue?.isEmpty == true, "\(again.text)")
      }
      #expect(try await lab.count(Self.events) == 1)
      let stored = try #require(try await lab.connection.withSession { try EventStore.event(1, $0) })
      let event = stored.event
      #expect(event.buildID == "11.05-daily/nano/20110208/0+11.05-daily/hwpack/lt-panda/20110209/0")
      #expect(event.deviceTypes == ["panda"] && event.imageFamily == "nano")
      #expect(event.images["nfsrootfs"]?.url == Self.nano("20110208"))
      #expect(event.images["nfsrootfs"]?.archive == "tar" && event.images["nfsrootfs"]?.compression == "gz")
      #expect(event.images["kernel"]?.url == "http://kernels.example/lt-panda/20110209/uImage")
      try await lab.pass()
      #expect(try await lab.jobCount() == 1)
      let definition = try await lab.connection.withSession { session in
        try session.query("SELECT definition FROM lava_scheduler_app_testjob").only { try $0.string("definition") }
      }
      for words in [
        "nfsrootfs:", Self.nano("20110208"), Self.pack("lt-panda", "20110209"), "hwpack.name: lt-panda",
        "hwpack.build: 20110209/0", "rootfs.build: 20110208/0", "omap4-panda.dtb", "commands: nfs",
      ] {
        #expect(definition.contains(words), "\(words) in \(definition)")
      }
      // A newer image with the pack that is there, and a newer pack with that image.
      #expect(try await send(Self.nano("20110209"), doors).status == 202)
      #expect(try await send(Self.pack("lt-panda", "20110209", 1), doors).status == 202)
      #expect(try await lab.count(Self.events) == 3)
    }
  }

  @Test(
    "A pack whose kernel nothing gives is not faked: its pair waits and says what is missing, until a mapping has it")
  func undeployable() async throws {
    try await onLab(Self.source + "- when: {kind: pair}\n") { doors, lab, folder in
      #expect(try await send(Self.pack("omap3", "20110209"), doors).status == 200)
      let image = try await send(Self.nano("20110209"), doors)
      let why = image.json["pairs"]?.arrayValue?.first?["unmapped"]?.stringValue
      #expect(image.status == 200 && why?.contains("LAVA deploys no hardware packs") == true, "\(image.text)")
      #expect(why?.contains("images.kernel") == true && why?.contains("omap3") == true)
      #expect(try await lab.count(Self.events) == 0)
      let kept = try await lab.connection.withSession { try Delivery.newest(9, state: "unmapped", $0) }
      #expect(kept.map(\.field) == ["images.kernel"])
      try folder.write("mine.yaml", Self.source.replacing("[panda, lt-panda]", with: "[panda, lt-panda, omap3]"))
      let files = ProducerFiles.read([folder.path, Lab.repository + "/producers"], previous: nil)
      #expect(files.mistakes.isEmpty)
      let retried = try await lab.connection.withTransaction { session in
        try Delivery.retry(try #require(kept.first?.id), files.files, session)
      }
      #expect(retried == .event(1, isDuplicate: false))
      let stored = try #require(try await lab.connection.withSession { try EventStore.event(1, $0) })
      #expect(stored.event.deviceTypes == ["beagle-xm"])
    }
  }

  @Test("Halves that come at one moment through many doors are paired once, whoever is first")
  func together() async throws {
    try await onLab { doors, lab, _ in
      for round in 1...5 {
        let urls = (0..<3).flatMap { _ in
          [
            Self.nano("2011020\(round)"), Self.pack("lt-panda", "2011020\(round)"),
            Self.pack("panda", "2011020\(round)"),
          ]
        }
        try await withThrowingTaskGroup(of: Int.self) { group in
          for url in urls { group.addTask { try await send(url, doors).status } }
          for try await status in group { #expect([200, 202].contains(status)) }
        }
        let newest: SQL = """
          SELECT count(*)::int AS count FROM boardcast.event
           WHERE build_id LIKE '%nano/2011020' || $1::text || '/0+%/2011020' || $1::text || '/0'
          """
        let count = try await lab.count(newest, [.text("\(round)")])
        // The board's newest pack, or both where they came after the image.
        #expect((1...2).contains(count), "round \(round): \(count)")
      }
      let all = try await lab.count(Self.events)
      let distinct = try await lab.count("SELECT count(DISTINCT build_id)::int AS count FROM boardcast.event")
      #expect(all == distinct)
    }
  }

  @Test("Halves that a watch finds are paired like those that are sent; a pair can be sent by hand too")
  func watchedAndByHand() async throws {
    let read = { (text: String) -> ProducerFacts? in
      let payload = ProducerPayload(Array(text.utf8), contentType: "application/json")
      guard case .build(let facts)? = try? Producers.named("offspring")?.read(payload) else { return nil }
      return facts
    }
    let folder = #"{"build": "20110208/0", "url": "\#(Self.base)/linaro-nano/20110208/0/", "files": "#
    let file = #"{"name": "images/tar/nano.tar.gz", "url": "\#(Self.nano("20110208"))"}"#
    let other = #"{"name": "MD5SUMS", "url": "http://h.example/MD5SUMS"}"#
    #expect(read(folder + "[\(other), \(file)]}")?.half?.name == "nano")
    #expect(read(folder + "[\(other)]}") == nil)
    #expect(read(folder + "[\(file), \(file.replacing("nano.tar", with: "b.tar"))]}") == nil)
    let pair = #"{"rootfs": "\#(Self.nano("20110208"))", "hwpack": "\#(Self.pack("panda", "20110208"))"}"#
    #expect(read(pair)?.pair?.pack.name == "panda" && read(pair)?.half == nil)
    #expect(read(pair.replacing("rootfs", with: "x")) == nil)
    #expect(
      read(#"{"rootfs": "\#(Self.pack("panda", "20110208"))", "hwpack": "\#(Self.nano("20110208"))"}"#) == nil)
    try await onLab { doors, lab, _ in
      let answer = try await doors.post(
        bytes: Array(pair.utf8), to: "/hooks/offspring/mine", authorization: "Bearer s3cret")
      #expect(answer.status == 202 && answer.json["id"] == 1, "\(answer.text)")
    }
  }
}
