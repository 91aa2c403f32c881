/// Where a sender wants to be told when all is over for its event.
public struct CallbackWish: Sendable, Hashable {
  /// Where to POST; http or https.
  public internal(set) var url: String
  /// Whether every job is told of too, when it is over.
  public internal(set) var eachJob = false

  /// - Throws: `invalid` for a URL that is none.
  public init(url: String, eachJob: Bool, field: String) throws(EventRefusal) {
    self.url = try WebAddress.checked(url, field: field)
    self.eachJob = eachJob
  }

  /// The wish as it stands in a stored record.
  var record: JSONValue { ["url": .string(url), "each_job": .bool(eachJob)] }

  /// The wish as it is shown: receivers put tokens into queries.
  var shown: CallbackWish {
    var shown = self
    shown.url = Self.shown(url)
    return shown
  }

  /// A URL without what stands behind its `?`.
  public static func shown(_ url: String) -> String {
    url.firstIndex(of: "?").map { url[...$0] + "…" } ?? url
  }
}

extension FieldReader {
  /// `callback`: a URL, or an object with `url` and `each_job`.
  func callback(_ field: String) throws(EventRefusal) -> CallbackWish? {
    guard let value = value(field) else { return nil }
    if case .string(let url) = value { return try CallbackWish(url: url, eachJob: false, field: name(field)) }
    let inner = try FieldReader(value, at: name(field))
    for key in inner.members.keys.sorted() where !["url", "each_job"].contains(key) {
      throw inner.invalid(key, "is no part of a callback", mend: "send url, and each_job if every job is to be told of")
    }
    guard case .string(let url)? = inner.value("url") else {
      throw inner.missing("url", mend: "send the URL to POST to")
    }
    let eachJob: Bool
    switch inner.value("each_job") {
    case nil: eachJob = false
    case .bool(let flag)?: eachJob = flag
    default: throw inner.invalid("each_job", "must be true or false", mend: "send true or false")
    }
    return try CallbackWish(url: url, eachJob: eachJob, field: inner.name("url"))
  }
}

extension BuildEvent {
  /// Takes `callback` over from the CloudEvent's extension of that name (and `callbackeachjob`, "true"), where the data
  /// names none. The envelope is shown whole, so the URL does not stay there.
  mutating func takeCallback() throws(EventRefusal) {
    guard case .string(let url)? = envelope?.extensions.removeValue(forKey: "callback") else { return }
    let flag = envelope?.extensions["callbackeachjob"]
    guard callback == nil else { return }
    callback = try CallbackWish(url: url, eachJob: flag == .bool(true) || flag == "true", field: "callback")
  }
}
