import BoardInventory
import Foundation
import LabSupport
import Matcher
import PostgresClient
import TestRandom
import Testing

/// Protects the promise of the README: for each kind by itself, the first source that knows is believed.
@Suite("Who is believed on what a board can run")
struct PrecedenceTests {
  private static let names: [FactKind: [String]] = [
    .architectures: ["arm", "arm64", "i386", "mips", "riscv64", "x86_64"],
    .imageFamilies: ["nano", "developer", "android", "oe", "debian", "kernel"],
    .bootMethods: ["u-boot", "grub", "fastboot", "uefi", "qemu", "dfu"],
    .deployMethods: ["tftp", "nbd", "fastboot", "tmpfs", "usb", "ssh"],
    .deviceTree: ["a.dtb", "b.dtb", "c.dtb", "d.dtb", "e.dtb", "f.dtb"],
  ]

  /// What each source knows of each kind, in the order of precedence, decided by chance.
  private func sources(_ generator: inout SeededRandom) -> [[FactKind: [String]]] {
    (0..<6).map { rank in
      var known: [FactKind: [String]] = [:]
      for kind in FactKind.allCases where Int.random(in: 0..<3, using: &generator) == 0 {
        // LAVA's table says architectures alone, its dictionaries neither families nor device trees, and imply at most
        // an architecture.
        if rank == 2 || rank == 5, kind != .architectures { continue }
        if rank == 3, kind == .imageFamilies || kind == .deviceTree { continue }
        known[kind] = [Self.names[kind, default: []][rank]]
      }
      return known
    }
  }

  private func entry(_ known: [FactKind: [String]], _ folder: String) throws -> DeviceTypeEntry {
    let lines = known.map { "\($0.rawValue): \($1.joined())" } + ["sources: {architectures: somebody looked}"]
    return try DeviceTypeEntry(
      YAMLFile.mapping(text: (["device_type: t"] + lines).joined(separator: "\n"), file: folder + "/t.yaml"))
  }

  private static let ranks = [
    "registered: boards/b.yaml:3", "/own/t.yaml", "LAVA's devicetype.architecture", "dictionary rendered by LAVA",
    "shipped devices/t.yaml", "implied by the dictionary rendered by LAVA: booti load addresses",
  ]

  @Test("Whatever each source knows: the answer is the first one's that knows, and so is the name that is given for it")
  func firstThatKnows() throws {
    var generator = SeededRandom(seed: 7)
    for _ in 0..<400 {
      let known = sources(&generator)
      let (own, shipped) = (try entry(known[1], "/own"), try entry(known[4], "/shipped"))
      let folder = try Folders(own: known[1].isEmpty ? nil : own, shipped: known[4].isEmpty ? nil : shipped)
      let facts = folder.catalogue.facts(
        of: "t", lava: known[2][.architectures].map { LAVATypeWords(architecture: $0.joined()) },
        registration: known[0].isEmpty
          ? nil
          : Statement(
            .registration(place: "boards/b.yaml:3"), names: known[0].filter { $0.key != .deviceTree },
            deviceTree: known[0][.deviceTree]?.first),
        dictionary: DictionaryFacts(
          architectures: known[3][.architectures], impliedArchitecture: known[5][.architectures]?.first,
          impliedBy: known[5][.architectures] == nil ? nil : "booti load addresses",
          bootMethods: known[3][.bootMethods], deployMethods: known[3][.deployMethods]))
      for kind in FactKind.allCases {
        let first = known.firstIndex { $0[kind] != nil }
        #expect(facts.values(kind) == first.flatMap { known[$0][kind] })
        if let first { #expect(facts.words(kind)?.hasPrefix(Self.ranks[first]) == true, "\(facts.words(kind) ?? "")") }
      }
    }
  }

  /// A catalogue of one type without files.
  private struct Folders {
    let catalogue: DeviceCatalogue
    init(own: DeviceTypeEntry?, shipped: DeviceTypeEntry?) throws {
      catalogue = DeviceCatalogue(own: [own].compactMap { $0 }, shipped: [shipped].compactMap { $0 })
    }
  }

  @Test("Image families follow from the methods as they result for this board, unless a source lists them")
  func families() throws {
    let shipped = try TemporaryFolder([
      "families.yaml": """
      ways: {network: {boot: [u-boot], deploy: [tftp]}, flash: {boot: [fastboot], deploy: [fastboot]}}
      families: {nano: [network], android: [flash]}

      """,
      "t.yaml": "device_type: t\nboot_methods: [u-boot]\ndeploy_methods: [tftp, fastboot]\n",
    ])
    let catalogue = try DeviceCatalogue(folders: [shipped.path])
    let registration = Statement(.registration(place: "b:1"), names: [.bootMethods: ["fastboot"]])
    let board = catalogue.facts(of: "t", registration: registration)
    #expect(board.values(.imageFamilies) == ["android"])
    #expect(board.words(.imageFamilies)?.contains("by its boot and deploy methods") == true)
    #expect(catalogue.facts(of: "t").values(.imageFamilies) == ["nano"])
    let listed = Statement(.registration(place: "b:1"), names: [.imageFamilies: ["oe"]])
    #expect(catalogue.facts(of: "t", registration: listed).values(.imageFamilies) == ["oe"])
    let unknown = catalogue.facts(of: "other", dictionary: DictionaryFacts(bootMethods: ["u-boot"]))
    #expect(unknown.values(.imageFamilies) == nil, "how images get onto it is not known")
  }

  @Test(
    "LAVA's word for a processor: its family and width together, and what is no name is shown as it stands",
    arguments: [
      ("ARMv7", nil, "arm"), ("ARMv8", nil, "arm64"), ("arm", 64, "arm64"), ("ARM", 32, "arm"), ("x86", 64, "x86_64"),
      ("x86", 32, "i386"), ("x86", nil, nil), ("amd64", 32, "x86_64"), ("MIPS", 64, "mips64"), ("OMAP", 32, nil),
    ] as [(String, Int?, String?)])
  func lavaWords(word: String, bits: Int?, expected: String?) {
    let facts = DeviceCatalogue([]).facts(of: "t", lava: LAVATypeWords(architecture: word, bits: bits))
    #expect(facts.values(.architectures) == expected.map { [$0] })
    #expect(facts.unread.isEmpty == (expected != nil))
    if expected == nil { #expect(facts.unread.first?.contains("'\(word)'") == true) }
  }

  @Test("A registration's strange words count as nothing said, and are shown; `unknown` says nothing")
  func strangeWords() {
    let facts = DeviceCatalogue([]).facts(
      of: "t",
      registration: Statement(
        .registration(place: "b:1"),
        names: [.architectures: ["x87"], .bootMethods: ["u-boot", "a b"], .deployMethods: ["unknown"]]))
    #expect(facts.values(.architectures) == nil && facts.values(.bootMethods) == ["u-boot"])
    #expect(facts.values(.deployMethods) == nil && facts.unread.count == 2)
  }
}
