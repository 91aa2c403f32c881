internal import Matcher

extension BuildEvent {
  /// Reads the plain record: an object with `source`, `build_id`, `status`, `images` and the optional fields.
  ///
  /// An empty string or null means absent. Fields nobody knows are kept in ``extra``.
  ///
  /// - Throws: a refusal that names the first bad field and how to mend it.
  public init(plain: JSONValue) throws(EventRefusal) {
    try self.init(plain: FieldReader(plain, at: nil), defaultSource: nil)
  }

  /// The same for a record that stands within an envelope whose source speaks for it.
  init(plain fields: FieldReader, defaultSource: String?) throws(EventRefusal) {
    try self.init(neutral: fields, defaultSource: defaultSource)
    for (name, value) in fields.members where !Self.neutralFields.contains(name) {
      extra[name] = value.withoutCredentials
    }
  }

  static let neutralFields: Set<String> = [
    "source", "build_id", "status", "images", "image_family", "image_name", "arch", "bootloader", "device_types",
    "device_type", "tags", "hwpack", "boards", "kernel_version", "build_url", "log_url", "completed_at", "properties",
    "callback",
  ]

  init(neutral fields: FieldReader, defaultSource: String? = nil) throws(EventRefusal) {
    guard let source = try fields.identifier("source", maximum: 512) ?? defaultSource else {
      throw fields.missing("source", mend: "send source: which producer this is, such as \"jenkins:oe\"")
    }
    guard let buildID = try fields.identifier("build_id", maximum: 1024) else {
      throw fields.missing("build_id", mend: "send build_id: a name of the build that is unique within its source")
    }
    guard let status = try fields.text("status") else {
      throw fields.missing("status", mend: "send status: success")
    }
    let architecture = try fields.architecture("arch")
    let bootloader = try fields.bootloader("bootloader")
    self.init(
      source: source, buildID: buildID, status: BuildStatus(status),
      images: try fields.images("images", mayBeNone: BuildStatus(status) != .success),
      imageFamily: try fields.imageFamily("image_family"), imageName: try fields.text("image_name"),
      architecture: architecture?.normal, architectureAsGiven: architecture?.asGiven,
      bootloader: bootloader?.normal, bootloaderAsGiven: bootloader?.asGiven,
      deviceTypes: try fields.deviceTypes(), tags: try fields.texts("tags"),
      hardwarePack: try fields.text("hwpack"), boards: try fields.texts("boards"),
      kernelVersion: try fields.text("kernel_version"), buildURL: try fields.webAddress("build_url"),
      logURL: try fields.webAddress("log_url"), completedAt: try fields.timestamp("completed_at"),
      properties: try fields.properties("properties"), callback: try fields.callback("callback"))
  }
}
