/// Derivations by the field of the plain record they are for.
struct FieldMap: Hashable, Sendable {
  /// Fields that hold one word, and lists of words.
  var fields: [String: Derivation] = [:]
  var images: [String: Derivation] = [:]
  var properties: [String: Derivation] = [:]

  static let words = [
    "build_id", "image_family", "image_name", "arch", "bootloader", "hwpack", "kernel_version", "build_url", "log_url",
  ]
  static let lists = ["device_types", "boards", "tags"]
}
