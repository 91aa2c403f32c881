extension BuildEvent {
  /// Reads the body of one HTTP request: a CDEvent, a structured or binary CloudEvent, or the plain
  /// record.
  ///
  /// - Parameters:
  ///   - contentType: the `Content-Type` header, nil if there was none (then the body is taken as JSON).
  ///   - headers: the request's headers; only those that begin with `ce-` are looked at.
  ///   - body: the body, after any content coding was undone.
  ///   - limits: how much is read.
  /// - Throws: `unsupported` for another content type, which a door answers with 415; else what the record's reader
  ///   says.
  public static func decode(
    contentType: String?, headers: [(name: String, value: String)], body: [UInt8], limits: Limits = .standard
  ) throws(EventRefusal) -> BuildEvent {
    if CDEvent.isCDEvent(contentType: contentType, headers: headers) {
      try contentType.map(MediaType.init)?.requireUTF8()
      return try CDEvent.decode(JSONValue.parse(body, limits: limits))
    }
    if CloudEvents.isCloudEvent(contentType: contentType, headers: headers) {
      return try CloudEvents.decode(contentType: contentType, headers: headers, body: body, limits: limits)
    }
    try MediaType.requireJSON(contentType)
    return try BuildEvent(plain: JSONValue.parse(body, limits: limits))
  }
}
