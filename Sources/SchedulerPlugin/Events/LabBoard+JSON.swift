public import BoardInventory
public import BuildEvents
internal import Matcher

extension LabBoard {
  /// The board for machines; an unknown capability is null, which differs from an empty list. Keys are only ever added.
  public var json: JSONValue {
    let capabilities = board.capabilities
    return [
      "hostname": .string(board.hostname), "device_type": .string(board.deviceType),
      "aliases": .array(board.aliases.map(JSONValue.string)), "tags": .array(board.tags.sorted().map(JSONValue.string)),
      "health": .string(health), "state": .string(state),
      "worker": row.worker.map { ["hostname": .string($0.hostname), "state": .string($0.words)] } ?? .null,
      "availability": .string(board.availability.kind.rawValue),
      "reasons": DecisionSummary.json(board.availability.facts.map(Reason.init)),
      "architectures": capabilities.architectures.json, "image_families": capabilities.imageFamilies.json,
      "boot_methods": capabilities.bootMethods.json, "deploy_methods": capabilities.deployMethods.json,
      "description": .string(description), "is_synced": .bool(isSynced),
    ]
  }
}
