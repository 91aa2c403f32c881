internal import Crypto
internal import Matcher

extension BuildEvent {
  /// The SHA-256, in hexadecimal, of what decides where and what is tested: arch, family, image name, bootloader,
  /// device types, tags and images.
  ///
  /// It does not change with the order of members or of list entries, nor with the spelling of a normalised word. It does
  /// with every URL, checksum and format. Headers are left out: a renewed fetch token makes no new artifact, and a
  /// digest that is shown around should not depend on a secret.
  public var fingerprint: String {
    var artifact: [String: JSONValue] = [
      "images": .object(
        images.mapValues { image in
          var bare = image
          bare.headers = [:]
          return bare.record
        })
    ]
    artifact["arch"] = architecture.map { .string($0.name) }
    artifact["image_family"] = imageFamily.map(JSONValue.string)
    artifact["image_name"] = imageName.map(JSONValue.string)
    artifact["bootloader"] = bootloader.map { .string($0.name) }
    if !deviceTypes.isEmpty { artifact["device_types"] = .array(deviceTypes.sorted().map(JSONValue.string)) }
    if !tags.isEmpty { artifact["tags"] = .array(tags.sorted().map(JSONValue.string)) }
    return SHA256.hash(data: JSONValue.object(artifact).serialized)
      .map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
