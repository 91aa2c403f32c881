public import BuildEvents
internal import Matcher

extension DeclaredRule {
  /// Image roles an example brings when the rule does not say which it needs.
  private static let usualRoles = [
    "kernel", "ramdisk", "dtb", "modules", "rootfs", "nfsrootfs", "image", "boot", "system", "userdata",
  ]

  /// The simplest event that meets every condition of the rule.
  public var example: BuildEvent? {
    var record: [String: JSONValue] = ["source": "example", "build_id": "1", "status": "success", "arch": "x86_64"]
    var properties: [String: JSONValue] = [:]
    var roles = Self.usualRoles
    for condition in when {
      switch condition {
      case .imageFamily(let families): record["image_family"] = families.min().map { .string($0.name) }
      case .architecture(let architectures): record["arch"] = architectures.min().map { .string($0.name) }
      case .source(let sources): record["source"] = sources.min().map(JSONValue.string)
      case .property(let key, let values): properties[key] = values.min().map(JSONValue.string)
      case .images(let wanted): roles = wanted.sorted()
      }
    }
    record["properties"] = .object(properties)
    record["images"] = .object(
      Dictionary(roles.map { ($0, .string("http://example.com/\($0)")) }, uniquingKeysWith: { first, _ in first }))
    return try? BuildEvent(plain: .object(record))
  }
}
