internal import BoardInventory
public import BuildEvents
internal import Matcher

extension DeclaredRule {
  /// Image roles an example brings when the rule does not say which it needs.
  private static let usualRoles = [
    "kernel", "ramdisk", "dtb", "modules", "rootfs", "nfsrootfs", "image", "boot", "system", "userdata",
  ]

  /// The rule's own example, or the simplest event that meets every condition; nil when none is easily found, as for
  /// regular expressions.
  public var example: BuildEvent? {
    if let ownExample { return ownExample }
    var record: [String: JSONValue] = ["source": "example", "build_id": "1", "status": "success", "arch": "x86_64"]
    var properties: [String: JSONValue] = [:]
    var roles = Self.usualRoles
    for condition in when {
      switch condition {
      case .images(let wanted): roles = wanted.sorted()
      case .field(let field, let tests):
        let candidates = tests.compactMap(\.example)
        let value = candidates.first { value in tests.allSatisfy { $0.complaint(about: value) == nil } }
        guard let value else { return nil }
        switch field {
        case .property(let key): properties[key] = .string(value)
        case .deviceTypes, .boards, .tags: record[field.name] = [.string(value)]
        default: record[field.name] = .string(value)
        }
      }
    }
    record["properties"] = .object(properties)
    record["images"] = Self.images(roles)
    guard let event = try? BuildEvent(plain: .object(record)), case .tests = answer(to: event) else { return nil }
    return event
  }

  /// Reads `example`: fields of an event, to which source, build, status and images are added where they are missing.
  static func example(_ yaml: FileMapping) throws(FileMistake) -> BuildEvent? {
    guard let mapping = try yaml.mapping("example") else { return nil }
    var record: [String: JSONValue] = ["source": "example", "build_id": "1", "status": "success"]
    record["images"] = images(usualRoles)
    for key in mapping.keys {
      if key == "properties", let properties = try mapping.mapping(key) {
        var values: [String: JSONValue] = [:]
        for key in properties.keys { values[key] = try properties.string(key).map(JSONValue.string) }
        record[key] = .object(values)
      } else if key == "images" {
        record[key] = images(try mapping.strings(key) ?? [])
      } else if let words = try mapping.strings(key) {
        let isList = ["device_types", "boards", "tags"].contains(key)
        record[key] = isList ? .array(words.map(JSONValue.string)) : words.first.map(JSONValue.string)
      }
    }
    do {
      return try BuildEvent(plain: .object(record))
    } catch {
      throw yaml.mistake("example", "the example is no event: \(error)")
    }
  }

  private static func images(_ roles: [String]) -> JSONValue {
    .object(
      Dictionary(roles.map { ($0, .string("http://example.com/\($0)")) }, uniquingKeysWith: { first, _ in first }))
  }
}
