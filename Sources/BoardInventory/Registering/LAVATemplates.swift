import Foundation

/// The device-type templates LAVA finds (`DEVICE_TYPES_PATHS`, lava_server/files.py).
public struct LAVATemplates: Hashable, Sendable {
  /// Debian's folders, the lab's own first.
  public static let standard = [
    "/etc/lava-server/dispatcher-config/device-types", "/usr/share/lava-server/device-types",
  ]

  /// Names without `.jinja2`; those that begin with `base` are no types (lava_server's `device-types list`).
  public let names: Set<String>
  /// Where they were found, for people.
  public let source: String

  /// Templates of known names.
  public init(names: Set<String>, source: String) {
    self.names = names
    self.source = source
  }

  /// Reads the folders that are there; where none is, as on a machine without LAVA, the catalogue's types stand in, and
  /// only then is the catalogue asked for.
  public init(folders: [String], catalogue: @autoclosure () -> DeviceCatalogue) {
    var names: Set<String> = []
    for folder in folders {
      for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] where name.hasSuffix(".jinja2") {
        names.insert(String(name.dropLast(".jinja2".count)))
      }
    }
    if names.isEmpty {
      self.init(names: Set(catalogue().entries.keys), source: "the catalogue of device types")
    } else {
      self.init(names: names, source: folders.joined(separator: " and "))
    }
  }

  /// Whether a board of this type can be described without a template of another name.
  func serves(_ deviceType: String) -> Bool { !deviceType.hasPrefix("base") && names.contains(deviceType) }

  /// Whether a dictionary may extend this; `base…` templates are in no catalogue and are not judged without folders.
  func has(_ template: String) -> Bool {
    guard template.hasSuffix(".jinja2") else { return false }
    let name = String(template.dropLast(".jinja2".count))
    return names.contains(name) || (name.hasPrefix("base") && !names.contains { $0.hasPrefix("base") })
  }
}
