internal import Matcher

extension DictionaryFacts {
  /// Reads what LAVA renders for a board (`GET /api/v0.2/devices/HOST/dictionary/?render=true`).
  ///
  /// Throws `FileMistake` when it is no YAML mapping, or a part of it that is looked at is something else than LAVA's
  /// templates make of it. The mistake names lines and keys, never values.
  public init(rendered text: String) throws(FileMistake) {
    let yaml = try YAMLFile.mappingLastKeyWins(text: text, file: "what LAVA renders")
    let actions = try yaml.mapping("actions")
    let deploy = try actions?.mapping("deploy")
    // With actions of which none is to boot or to deploy, the board can do none.
    let boots = try actions.map { actions throws(FileMistake) in
      try Self.methods(actions.mapping("boot"))
    }
    let deploys = try actions.map { _ throws(FileMistake) in try Self.methods(deploy) }
    // QEMU emulates more than anybody builds for; what has no name here is left out.
    let architectures = try yaml.strings("available_architectures")?.compactMap {
      Architecture(normalizing: $0)?.name
    }
    let implied = Self.implied(
      word: try deploy?.mapping("parameters")?.string("mkimage_arch"),
      parameters: Set(try yaml.mapping("parameters")?.keys ?? []))
    self.init(
      architectures: architectures.map { Set($0).sorted() },
      impliedArchitecture: architectures == nil ? implied?.name : nil,
      impliedBy: architectures == nil ? implied?.sign : nil,
      bootMethods: boots.map { Set($0).sorted() },
      deployMethods: deploys.map { Set($0.compactMap(Self.deployTo)).sorted() })
  }

  private static func methods(_ action: FileMapping?) throws(FileMistake) -> [String] {
    try (action?.mapping("methods")?.keys ?? []).filter { !$0.hasPrefix(YAMLFile.uncounted) }
  }

  /// What `actions.deploy.methods` calls otherwise than a job's `deploy.to`: `image` is `to: tmpfs`
  /// (lava_dispatcher/actions/deploy/image.py:DeployImages.accepts), and `u-boot` has no `to` of its own, it is how
  /// `to: fastboot` reaches a board whose U-Boot speaks fastboot (deploy/fastboot.py).
  private static func deployTo(_ method: String) -> String? {
    switch method {
    case "image": "tmpfs"
    case "u-boot": nil
    default: method
    }
  }

  /// LAVA's base-uboot.jinja2 gives the header word `arm64` where nobody says any, so that word alone says nothing;
  /// load addresses of `booti` (arm64's kernel image) and `bootz` (arm's) are copied from template to template, so they
  /// count only where nothing contradicts them.
  private static func implied(word: String?, parameters: Set<String>) -> (name: String, sign: String)? {
    let (booti, bootz) = (parameters.contains("booti"), parameters.contains("bootz"))
    switch word {
    case nil: return nil
    case "arm64" where booti: return ("arm64", "booti load addresses")
    case "arm64": return nil
    case let word?:
      let sign = bootz && word == "arm" ? "mkimage_arch and bootz load addresses" : "mkimage_arch"
      return Architecture(normalizing: word).map { ($0.name, sign) }
    }
  }
}
