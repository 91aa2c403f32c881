import BoardInventory
import BuildEvents
import LabSupport
import Matcher
import Testing

@testable import SchedulerPlugin

/// Protects labs from images on the wrong boards: where each field of an event comes from.
@Suite("Mapping producers' messages")
struct MappingTests {
  private func outcome(
    _ hook: HookCase, _ mapping: String, more: [String: String] = [:]
  ) throws -> (outcome: ProducerMapping.Outcome, lines: [ProducerMapping.Line]) {
    let folder = try hook.folder(mapping: mapping)
    for (name, text) in more { try folder.write(name, text) }
    let (files, mistakes) = ProducerFiles.read([folder.path, Lab.repository + "/producers"], previous: nil)
    #expect(mistakes.isEmpty, "\(mistakes)")
    let source = try #require(files.source("mine", of: hook.producer))
    let payload = ProducerPayload(
      try hook.body, contentType: hook.headers["content-type"], headers: hook.headers)
    guard case .build(let facts)? = try Producers.named(hook.producer)?.read(payload) else {
      throw LabSurprise("the sample is no build")
    }
    return files.mapping(source).outcome(facts)
  }

  private func event(_ hook: HookCase, _ mapping: String, more: [String: String] = [:]) throws -> BuildEvent {
    guard case .event(let event) = try outcome(hook, mapping, more: more).outcome else {
      throw LabSurprise("\(try outcome(hook, mapping, more: more).outcome)")
    }
    return event
  }

  private static let machines = "table: machines\nentries: {qrb5165-rb5: [rb5-a, rb5-b], qemuarm64: qemu}\n"

  @Test("A field through a table, files by name, a URL made of fields, the producer's defaults below")
  func jenkins() throws {
    let event = try event(
      .jenkins,
      """
      map:
        image_family: yocto
        arch: AArch64
        device_types: {field: build.parameters.MACHINE, table: machines}
        images:
          kernel: {file: 'Image*'}
          rootfs: {file: ['*.wic.gz', '*.ext4.gz'], compression: gz}
          dtb: {url: '{+build.parameters.PUBLISH_URL}{build.parameters.MACHINE}.dtb'}
        properties:
          board: {field: name, regex: '^oe-(?<board>[a-z0-9]+)-', table: {RB5: rb}, default: none}
          kind: {text: 'oe {build.parameters.IMAGE}'}

      """, more: ["machines.yaml": Self.machines])
    #expect(event.deviceTypes == ["rb5-a", "rb5-b"])
    #expect(event.architecture?.name == "arm64" && event.architectureAsGiven == "AArch64")
    #expect(event.imageFamily == "oe" && event.properties["image_family_as_given"] == "yocto")
    #expect(event.imageName == "core-image-minimal")
    #expect(event.images["kernel"]?.url.hasSuffix("/artifact/deploy/Image.gz") == true)
    #expect(event.images["rootfs"]?.compression == "gz")
    #expect(event.images["dtb"]?.url == "https://images.example.com/oe/qrb5165-rb5/412/qrb5165-rb5.dtb")
    #expect(event.properties["board"] == "rb" && event.properties["kind"] == "oe core-image-minimal")
    #expect(event.properties["machine"] == "qrb5165-rb5")
    #expect(event.source == "jenkins:mine" && event.properties["branch"] == "origin/main")
  }

  @Test("Expressions take parts of a field that later fields use; values in a URL stay one part of its path")
  func gitLab() throws {
    let mapping = """
      builds:
      - when: {build_stage: publish}
      - when: {project.path_with_namespace: bsp/bsp, ref: [main, stable]}
        capture: {build_name: '^image: \\[(?<machine>[^,]+), (?<image>[^\\]]+)\\]$'}
        map:
          image_family: oe
          image_name: {field: captured.image}
          device_types: {field: captured.machine, table: {qemuarm64: qemu}}
          arch: arm64
          images:
            kernel: {url: '{+project.web_url}/-/jobs/{build_id}/artifacts/raw/{build_name}/Image'}

      """
    let event = try event(.gitLab, mapping)
    #expect(event.imageName == "core-image-minimal" && event.deviceTypes == ["qemu"])
    #expect(
      event.images["kernel"]?.url
        == "https://gitlab.example.com/bsp/bsp/-/jobs/120034/artifacts/raw/image%3A%20%5Bqemuarm64%2C%20core-image-minimal%5D/Image"
    )
    let (outcome, lines) = try outcome(.gitLab, mapping.replacing("bsp/bsp", with: "x"))
    guard case .unmapped(let why, nil) = outcome else { throw LabSurprise("\(outcome)") }
    #expect(why.contains("project.path_with_namespace is bsp/bsp, not x"))
    #expect(lines.first?.why == "build_stage is build, not publish")
  }

  @Test("What cannot be used leaves the event unmapped and says the field, the word and the place")
  func unmapped() throws {
    let good = "  image_family: oe\n  images: {kernel: 'http://h/k'}\n"
    for (mapping, field, words) in [
      ("map:\n" + good + "  arch: z80\n", "arch", "mine.yaml:8"),
      ("map:\n" + good + "  device_types: {field: name, table: machines}\n", "device_types", "oe-rb5-nightly"),
      ("map:\n  image_family: oe\n", "images", "is required"),
      ("map:\n" + good + "  tags: {field: build.artifacts}\n", "tags", "is no text"),
      ("map:\n  images: {kernel: {file: '*'}}\n", "images.kernel", "3 files fit"),
      ("map:\n  images: {kernel: {url: '{+name}'}}\n", "images.kernel", "no http or https URL"),
      ("map:\n  images: {kernel: 'file:///etc/passwd'}\n", "images.kernel", "no http or https URL"),
    ] {
      let outcome = try outcome(.jenkins, mapping, more: ["machines.yaml": Self.machines]).outcome
      guard case .unmapped(let why, let named) = outcome else { throw LabSurprise("\(mapping): \(outcome)") }
      #expect(named == field && why.contains(words), "\(mapping): \(named ?? "-"): \(why)")
    }
  }

  @Test("A message cannot write a job: braces, YAML and paths in its values stay text")
  func untrusted() throws {
    let composition = try #require(Composition("https://h/{a}/{+b}"))
    func fill(_ a: String, _ b: String) -> Composition.Filled {
      composition.filled(isURL: true) { $0.text == "a" ? .string(a) : .string(b) }
    }
    #expect(fill("{b}/../{{x}}", "y") == .text("https://h/%7Bb%7D%2F..%2F%7B%7Bx%7D%7D/y"))
    #expect(fill("..", "y") == .trouble("a would lead out of its folder"))
    #expect(fill("x", "y/../z") == .trouble("b would lead out of its folder"))
    #expect(
      Composition("{") == nil && Composition("}") == nil && Composition("{}") == nil && Composition("{a..b}") == nil)
    let document: JSONValue = ["a": ["b.c/d": [1, ["e": "f"]]], "n": .null]
    #expect(FieldPath("/a/b.c~1d/1/e")?.value(in: document) == "f")
    #expect(FieldPath("a.b")?.value(in: document) == nil)
    #expect(FieldPath("n")?.value(in: document) == nil)
    #expect(FieldPath("") == nil && FieldPath("a..b") == nil && FieldPath("/") == nil)
  }

  @Test("Linaro's tables: a hardware pack's variants are its board's, a product has its device type")
  func linaro() throws {
    let bare = "description: as shipped\n"
    let pack = try event(HookCase(producer: "linaro-ci", file: "linaro-ci-hwpack.json"), bare)
    #expect(pack.deviceTypes == ["panda"] && pack.boards == ["panda"] && pack.hardwarePack == "lt-panda-x11-base")
    let offspring = try event(HookCase(producer: "offspring", file: "offspring-hwpack.json"), bare)
    #expect(offspring.deviceTypes == ["mx53loco"] && offspring.architectureAsGiven == "armel")
    let image = try event(HookCase(producer: "offspring", file: "offspring.json"), bare)
    #expect(image.imageFamily == "nano" && image.deviceTypes.isEmpty)
    let env = HookCase(
      producer: "android-build", file: "android-build.env", headers: ["content-type": "text/plain"])
    let android = try event(env, bare)
    #expect(android.deviceTypes == ["panda"] && android.bootloader?.name == "fastboot")
    #expect(
      android.images["boot"]?.url
        == "http://snapshots.linaro.org/android/~linaro-android/staging-panda/173/target/product/pandaboard/boot.tar.bz2"
    )
  }

  @Test("A mistake in a file names file and line, and the last good form stays")
  func files() throws {
    let hook = HookCase.jenkins
    let head = "source: mine\nproducer: jenkins\nuser: u\nsecret_file: secret\n"
    for (text, line, words) in [
      ("source: mine\nproducer: jenkin\nuser: u\nsecret_file: secret\n", 2, "did you mean 'jenkins'"),
      (head + "auth: none\n", 5, "no way to prove"), (head + "maps: {}\n", 5, "did you mean 'map'"),
      (head + "map:\n  arhc: arm\n", 6, "did you mean 'arch'"),
      (head + "map:\n  arch: {field: a, text: b}\n", 6, "needs one of"),
      (head + "map:\n  arch: {field: a..b}\n", 6, "no path"),
      (head + "map:\n  arch: {field: a, regex: '('}\n", 6, "no regular expression"),
      (head + "map:\n  arch: {field: a, regex: '(a+)+$'}\n", 6, "for ever"),
      (head + "map:\n  arch: {field: a, regex: '(?<x>a)', group: y}\n", 6, "no group"),
      (head + "map:\n  arch: {field: a, table: none-such}\n", 6, "no table"),
      (head + "map:\n  arch: {url: 'http://{'}\n", 6, "brace"),
      (head + "builds:\n- ignore: x\n  map: {arch: arm}\n", 6, "stands beside"),
      ("source: Mine!\nproducer: jenkins\nuser: u\nsecret_file: secret\n", 1, "no lower-case word"),
      ("source: mine\nproducer: jenkins\nuser: u\nsecret_file: gone\n", 4, "is not there"),
      ("source: mine\nproducer: jenkins\nsecret_file: secret\n", 1, "'user' is missing"),
      ("- a\n", 1, "must be a mapping"),
    ] {
      let folder = try hook.folder()
      let good = ProducerFiles.read([folder.path, Lab.repository + "/producers"], previous: nil)
      #expect(good.mistakes.isEmpty)
      try folder.write("mine.yaml", text)
      let bad = ProducerFiles.read([folder.path, Lab.repository + "/producers"], previous: good.files)
      #expect(bad.mistakes.count == 1 && bad.mistakes.first?.line == line, "\(text): \(bad.mistakes)")
      #expect(bad.mistakes.first?.description.contains(words) == true, "\(text): \(bad.mistakes)")
      #expect(bad.files.source("mine", of: "jenkins") == good.files.source("mine", of: "jenkins"), "\(text)")
      // The first reading has nothing to fall back on, and the others' files are there all the same.
      let first = ProducerFiles.read([folder.path, Lab.repository + "/producers"], previous: nil)
      #expect(first.files.sources.isEmpty && first.files.tables.count == 3)
    }
  }

  @Test("The lab's own files win over shipped ones; two of one name in a folder are a mistake")
  func precedence() throws {
    let folder = try HookCase.jenkins.folder()
    try folder.write("t.yaml", "table: linaro-hwpacks\nentries: {panda: my-panda}\n")
    try folder.write("d.yaml", "producer: jenkins\nmap: {arch: riscv64}\n")
    let read = ProducerFiles.read([folder.path, Lab.repository + "/producers"], previous: nil)
    #expect(read.mistakes.isEmpty)
    #expect(read.files.tables.first { $0.name == "linaro-hwpacks" }?["PANDA"] == ["my-panda"])
    #expect(read.files.defaults.filter { $0.producer == "jenkins" }.map(\.file) == [folder.path + "/d.yaml"])
    try folder.write("z.yaml", HookCase.jenkins.source())
    let doubled = ProducerFiles.read([folder.path], previous: nil)
    #expect(
      doubled.mistakes.count == 1 && doubled.mistakes[0].description.contains("is in \(folder.path)/mine.yaml too"))
    #expect(ProducerFiles.read([Lab.repository + "/producers"], previous: nil).mistakes.isEmpty)
  }
}
