import BoardInventory
import Foundation
import LabSupport
import Matcher
import Testing

/// Protects that the catalogue and a board's own dictionary tell the same story: of every device type of an installed
/// LAVA, the dictionary is rendered by LAVA itself.
@Suite("Dictionaries rendered by LAVA against the catalogue")
struct RenderedTypesTests {
  private static let installed = Set(
    ["BOARDCAST_LAVA_ROOT", "BOARDCAST_LAVA_2026_ROOT"].compactMap { ProcessInfo.processInfo.environment[$0] }
  ).filter { !$0.isEmpty }.sorted()

  /// Runs inside LAVA's folder: `{% extends 'TYPE.jinja2' %}` is the shortest dictionary LAVA takes, rendered with
  /// LAVA's own environment, as `Device.load_configuration` does.
  private static let render = """
    import base64, json, os, sys
    folder = "/usr/share/lava-server/device-types"
    settings = {"DEVICE_TYPES_PATHS": [folder], "DEVICES_PATH": "/nonexistent"}
    os.environ["LAVA_JSON_SETTINGS"] = base64.b64encode(json.dumps(settings).encode()).decode()
    os.environ["DJANGO_SETTINGS_MODULE"] = "lava_server.settings.prod"
    from lava_scheduler_app import environment
    jinja = environment.devices() if hasattr(environment, "devices") else environment.DEVICES_JINJA_ENV
    names = sorted(n[:-7] for n in os.listdir(folder) if n.endswith(".jinja2") and not n.startswith("base"))
    json.dump({n: jinja.from_string("{% extends '" + n + ".jinja2' %}").render() for n in names}, sys.stdout)
    """

  /// Types whose templates name or imply a processor they do not have; looked up in devices/lookup/architectures.yaml.
  private static let corrected = ["am6", "mustang", "odroid-n2"]

  @Test(
    "All types: methods are the same, and no architecture contradicts",
    .enabled(if: !installed.isEmpty, "set BOARDCAST_LAVA_ROOT or BOARDCAST_LAVA_2026_ROOT"), arguments: installed)
  func allTypes(root: String) async throws {
    let version = try String(contentsOfFile: root + "/boardcast/version", encoding: .utf8).prefix(7)
    let outcome = try await Command(
      "/usr/sbin/chroot", [root, "/usr/bin/python3", "-c", Self.render],
      environment: ["LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"]
    ).runAside()
    try #require(outcome.status == 0, "\(outcome.complaint)")
    let rendered = try JSONDecoder().decode([String: String].self, from: Data(outcome.output.utf8))
    let catalogue = try DeviceCatalogue(folders: [Lab.repository + "/devices"])
    var (same, implied, contradicted) = (0, 0, Set<String>())
    for (name, text) in rendered {
      // Other tests share the few threads.
      await Task.yield()
      let facts = try DictionaryFacts(rendered: text)
      let entry = try #require(catalogue.shipped[name], "\(name) is not in the catalogue")
      #expect(facts.bootMethods?.isEmpty == false && facts.deployMethods != nil, "\(name)")
      // Of a type that both generations have, the file is the older one's.
      if entry.sources["boot_methods"]?.hasPrefix("LAVA \(version) ") == true {
        let fromDictionary = DeviceCatalogue([]).facts(of: name, dictionary: facts)
        #expect(fromDictionary.values(.bootMethods) == entry.capabilities.bootMethods.elements.map(\.name), "\(name)")
        #expect(
          fromDictionary.values(.deployMethods) == entry.capabilities.deployMethods.elements.map(\.name), "\(name)")
        same += 1
      }
      let known = entry.capabilities.architectures.elements.map(\.name)
      // A newer QEMU may emulate more than the file of the older LAVA says.
      if let listed = facts.architectures {
        #expect(Set(listed).isSuperset(of: known), "\(name)")
      } else {
        // However little the dictionary says, a board of the type is never told another architecture.
        #expect(catalogue.facts(of: name, dictionary: facts).values(.architectures) ?? [] == known, "\(name)")
      }
      if let name = facts.impliedArchitecture {
        implied += 1
        if !known.contains(name) { contradicted.insert(entry.deviceType) }
      }
    }
    #expect(contradicted.subtracting(Self.corrected).isEmpty)
    // 2023.01 has 356 types; 2026.10 adds 137, and drops some.
    #expect(same >= (version == "2023.01" ? 356 : 135), "\(same) types compared")
    #expect(implied >= 200, "\(implied) types of which the dictionary implies an architecture")
  }

  @Test("What is no dictionary is a mistake that names a line or a key, and nothing of what stands there")
  func mistakes() {
    func mistake(_ text: String) -> String {
      do {
        _ = try DictionaryFacts(rendered: text)
        return "none"
      } catch {
        return "\(error)"
      }
    }
    #expect(
      mistake("") == "what LAVA renders: the file must be a mapping of keys to values; start it with 'key: value' lines"
    )
    for secret in ["a: b: hunter2", "actions: hunter2", "actions: {boot: [hunter2]}", "hunter2", "- hunter2"] {
      #expect(!mistake(secret).contains("hunter2") && mistake(secret) != "none", "\(mistake(secret))")
    }
    #expect(mistake("commands: {hard_reset: x}\n") == "none", "a dictionary that says nothing of methods")
  }

  @Test("Of a key that stands twice the last one counts, as for LAVA, wherever and however it is written")
  func repeatedKeys() throws {
    let facts = try DictionaryFacts(
      rendered: """
        actions:
          boot: {methods: {grub: {}}}
          deploy:
            methods:
              "tftp": 1
              adb: ü
              tftp: 2
              adb: 3
          boot:
            methods: {qemu: a, 'minimal': b, qemu: c, qemu: d}
        """)
    #expect(
      facts.bootMethods == ["minimal", "qemu"] && facts.deployMethods == ["adb", "tftp"])
  }

  @Test(
    "What a header's word and load addresses imply, and what they leave open",
    arguments: [
      ("arm64", [], nil), ("arm64", ["booti"], "arm64"), ("arm64", ["bootz"], nil),
      ("arm64", ["booti", "bootz"], "arm64"),
      ("arm", [], "arm"), ("arm", ["bootz"], "arm"), ("riscv", ["booti"], "riscv64"), ("mips", [], "mips"),
      ("omap", ["bootz"], nil), (nil, ["booti"], nil),
    ] as [(String?, [String], String?)])
  func implied(word: String?, addresses: [String], expected: String?) throws {
    let parameters = "parameters: {\(addresses.map { "\($0): {kernel: '0x80000000'}" }.joined(separator: ", "))}\n"
    let deploy = word.map { "actions: {deploy: {parameters: {mkimage_arch: \($0)}}}\n" } ?? ""
    #expect(try DictionaryFacts(rendered: parameters + deploy).impliedArchitecture == expected)
  }
}
