internal import BoardInventory
internal import BuildEvents

/// What a source's file says of callbacks: whether one goes out by itself, and which secret signs.
struct SourceCallback: Hashable, Sendable {
  /// Where every event of the source is reported to; nil when only events that ask are.
  var url: OutboundURL?
  var eachJob = false
  var secretFile: String?

  init() {}

  /// Reads `callback: URL` or `callback: {url: URL, each_job: true}`, and `callback_secret_file`.
  init(_ yaml: FileMapping) throws(FileMistake) {
    secretFile = try yaml.string("callback_secret_file").map { CallbackSecret.path($0, beside: yaml.file) }
    try CallbackSecret.check(secretFile, yaml)
    guard yaml.keys.contains("callback") else { return }
    if yaml.holdsMapping("callback"), let inner = try yaml.mapping("callback") {
      try inner.refuseKeys(otherThan: ["url", "each_job"])
      url = try Self.url(inner, "url")
      switch try inner.string("each_job") {
      case nil, "false": eachJob = false
      case "true": eachJob = true
      default: throw inner.mistake("each_job", "'each_job' must be true or false")
      }
    } else {
      url = try Self.url(yaml, "callback")
    }
    guard secretFile != nil else {
      throw yaml.mistake(
        "callback", "a callback must be signed, and there is no secret",
        mend: "write 'callback_secret_file: FILE' with a secret that the receiver knows")
    }
  }

  private static func url(_ yaml: FileMapping, _ key: String) throws(FileMistake) -> OutboundURL {
    let text = try yaml.requiredString(key, mend: "write the URL to POST to")
    do throws(EventRefusal) {
      return try OutboundURL(text, field: key)
    } catch {
      throw yaml.mistake(key, error.message, mend: error.mend)
    }
  }
}
