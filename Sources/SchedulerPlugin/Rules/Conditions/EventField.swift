internal import BuildEvents
internal import Matcher

/// A field of an event that a rule may look at, by the name it has in rule files and in the event's record.
public enum EventField: Hashable, Sendable {
  case source
  case buildID
  case imageFamily
  case imageName
  case architecture
  case bootloader
  case deviceTypes
  case boards
  case tags
  case hardwarePack
  case kernelVersion
  /// A property; `tree`, `branch` and `producer` are properties that rule files may name without `properties`.
  case property(String)

  /// The fields by their names in a rule file, in the order in which they are looked at: the first that fails is the
  /// reason people read.
  static let named: [(name: String, field: EventField)] =
    [
      EventField.imageFamily, .architecture, .source, .kernelVersion, .buildID, .imageName, .bootloader, .deviceTypes,
      .boards, .tags, .hardwarePack,
    ].map { ($0.name, $0) } + ["tree", "branch", "producer"].map { ($0, .property($0)) }

  /// The field's name.
  public var name: String {
    switch self {
    case .source: "source"
    case .buildID: "build_id"
    case .imageFamily: "image_family"
    case .imageName: "image_name"
    case .architecture: "arch"
    case .bootloader: "bootloader"
    case .deviceTypes: "device_types"
    case .boards: "boards"
    case .tags: "tags"
    case .hardwarePack: "hwpack"
    case .kernelVersion: "kernel_version"
    case .property(let key): "properties.\(key)"
    }
  }

  /// What an event has there, in normal spelling; empty when it has nothing.
  func values(_ event: BuildEvent) -> [String] {
    switch self {
    case .source: [event.source]
    case .buildID: [event.buildID]
    case .imageFamily: one(event.imageFamily.flatMap(ImageFamily.init(normalizing:))?.name)
    case .imageName: one(event.imageName)
    case .architecture: one(event.architecture?.name)
    case .bootloader: one(event.bootloader?.name)
    case .deviceTypes: event.deviceTypes
    case .boards: event.boards
    case .tags: event.tags
    case .hardwarePack: one(event.hardwarePack)
    case .kernelVersion: one(event.kernelVersion)
    case .property(let key): one(event.properties[key])
    }
  }

  /// A word of a rule file in the field's normal spelling; nil when it can be no value of the field.
  func normal(_ word: String) -> String? {
    switch self {
    case .imageFamily: ImageFamily(normalizing: word)?.name
    case .architecture: Architecture(normalizing: word)?.name
    case .bootloader: BootMethod(normalizing: word)?.name
    default: word
    }
  }

  private func one(_ value: String?) -> [String] { value.map { [$0] } ?? [] }
}
