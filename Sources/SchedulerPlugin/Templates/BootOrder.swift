import BoardInventory
import Matcher

/// Which of a board's boot methods a job takes first: the file `_order.yaml` of the templates.
struct BootOrder: Sendable {
  /// The file's name among the templates.
  static let name = "_order"

  private let ranks: [BootMethod: Int]
  private let families: [ImageFamily: [BootMethod]]

  /// No preference: by name.
  init() {
    ranks = [:]
    families = [:]
  }

  /// Reads `order`, a list of boot methods, and `families`, the only ways of single image families.
  init(_ file: TemplateFile) throws(FileMistake) {
    let yaml = try YAMLFile.mapping(text: file.text, file: file.path)
    try yaml.refuseKeys(otherThan: ["order", "families"])
    let order = try Self.methods(yaml, "order")
    ranks = Dictionary(order.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    var families: [ImageFamily: [BootMethod]] = [:]
    if let mapping = try yaml.mapping("families") {
      for word in mapping.keys {
        guard let family = ImageFamily(normalizing: word) else {
          throw mapping.mistake(word, "'\(word)' can be no image family's name")
        }
        families[family] = try Self.methods(mapping, word)
      }
    }
    self.families = families
  }

  /// The methods in the order to try them; those the image family does not go are left out.
  func arrange(_ methods: some Sequence<BootMethod>, family: String?) -> [BootMethod] {
    let only = family.flatMap(ImageFamily.init(normalizing:)).flatMap { families[$0] }
    return methods.filter { only?.contains($0) ?? true }
      .sorted { (ranks[$0] ?? .max, $0) < (ranks[$1] ?? .max, $1) }
  }

  private static func methods(_ yaml: FileMapping, _ key: String) throws(FileMistake) -> [BootMethod] {
    try (yaml.strings(key) ?? []).map { word throws(FileMistake) in
      guard let method = BootMethod(normalizing: word) else {
        throw yaml.mistake(key, "'\(word)' can be no boot method's name")
      }
      return method
    }
  }
}
