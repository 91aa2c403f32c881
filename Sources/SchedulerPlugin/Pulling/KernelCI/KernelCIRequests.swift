import BuildEvents

/// KernelCI's API in requests.
enum KernelCIRequests {
  /// What an action asks; nil for one that asks nothing.
  static func request(_ action: KernelCIPull.Action, _ settings: PullSettings, token: String) -> PullRequest? {
    var request = PullRequest(url: settings.api, headers: ["Authorization": "Bearer \(token)"])
    switch action {
    case .subscribe:
      request.method = .post
      request.url += "/subscribe/node?promisc=true&subscriber_id=\(PercentCoding.encoded(settings.subscriber))"
    case .listen(let id):
      request.url += "/listen/\(id)"
      request.patience = settings.patience
    case .history(let from, let offset):
      request.url +=
        "/events?from=\(PercentCoding.encoded(from.withoutZone))&kind=kbuild&state=available&result=pass"
        + "&limit=\(KernelCIPull.page)" + (offset > 0 ? "&offset=\(offset)" : "")
      request.patience = .seconds(60)
      // A thousand events with everything their nodes' data may hold.
      request.bytes = 16 << 20
    case .fetch(let node): request.url += "/node/\(PercentCoding.encoded(node))"
    case .deliver, .drop, .save, .wait: return nil
    }
    return request
  }
}

extension KernelCIPull.Cursor {
  /// As it is kept.
  var json: JSONValue {
    ["until": .string(until.withoutZone), "owed": .array(owed.map(JSONValue.string))]
  }

  /// As it was kept.
  init?(_ json: JSONValue) {
    guard let until = json["until"]?.stringValue.flatMap({ UTCInstant($0) }) else { return nil }
    self.init(until: until, owed: json["owed"]?.arrayValue?.compactMap(\.stringValue) ?? [])
  }
}
