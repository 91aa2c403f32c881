import BuildEvents
import Foundation
import Hummingbird
import Logging
import PostgresClient

extension Doors {
  /// `POST /hooks/PRODUCER/SOURCE`: a producer's own message. 202 for a new event, 200 for a repeated one and for what
  /// schedules nothing, 202 for what no mapping covers yet; 401 without a good proof, 400 for a message that is wrong.
  ///
  /// GitLab switches a hook off after some answers that are no 2xx, so those are only for what somebody must mend.
  func postHook(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
    let producer = context.parameters.get("producer") ?? ""
    let name = context.parameters.get("source") ?? ""
    let files = book.current.producers
    guard let source = files.source(name, of: producer) else {
      return Answer.refusal(
        .notFound, code: "not_found", "there is no source of that name and producer",
        mend: "ask the lab for the address of your source; 'boardcast producers list' shows it")
    }
    guard let file = source.secretFile else {
      return Answer.refusal(
        .notFound, code: "not_found", "the lab fetches what this source has; nothing can be sent to it",
        mend: "the lab can open a door by 'secret_file' in the source's file")
    }
    guard let secrets = source.secrets else {
      logger.error("a source's secret cannot be read", metadata: ["file": "\(file)"])
      return Answer.refusal(
        .serviceUnavailable, code: "no_secret", "the lab cannot read this source's secret; nothing was kept",
        mend: "tell the lab", headers: [.retryAfter: "60"])
    }
    var payload = ProducerPayload(
      [], contentType: request.headers[.contentType],
      headers: Dictionary(request.headers.map { ($0.name.canonicalName, $0.value) }) { _, last in last })
    // Where the proof needs no body, strangers' bodies are not read.
    if source.scheme == .token, let refusal = refusal(secrets, payload, source) { return refusal }
    if source.scheme == .token { try take(source) }
    payload.body = try await body(request, source.limits)
    if source.scheme != .token {
      if let refusal = refusal(secrets, payload, source) { return refusal }
      try take(source)
    }
    return try await answer(try HookMessage(payload, to: source, files, terms), files)
  }

  /// Strangers' messages do not count: else they could use up what the source may send.
  private func take(_ source: ProducerSource) throws(TooOften) {
    try terms.limiter.take(1, of: "\(source.producer)/\(source.name)", source.limits.rate)
  }

  private func refusal(_ secrets: DoorSecrets, _ payload: ProducerPayload, _ source: ProducerSource) -> Response? {
    let verdict = secrets.verify(payload, by: source.scheme, now: terms.now())
    let (code, message): (String, String)
    switch verdict {
    case .proven: return nil
    case .noProof: (code, message) = ("no_credentials", "the proof is not there")
    case .wrong: (code, message) = ("invalid_token", "the secret or the signature is another one")
    case .tooOld:
      (code, message) = ("too_old", "the signature's time is more than \(DoorSecrets.replayWindow) s from now")
    }
    logger.notice(
      "a message to a source was not proven",
      metadata: ["source": "\(source.producer)/\(source.name)", "why": "\(code)"])
    return Answer.refusal(
      .unauthorized, code: code, message, field: source.scheme.header,
      mend: "the source's secret and the producer's must be the same", headers: [.wwwAuthenticate: "Bearer"])
  }

  private func answer(_ message: HookMessage, _ files: ProducerFiles) async throws -> Response {
    crash.reached(.received)
    let crash = crash
    let kept = try await database { session in
      let kept = try message.keep(files, session)
      crash.reached(.kept)
      return kept
    }
    crash.reached(.committed)
    if kept.isNew { wake.signal() }
    switch kept {
    case .event(.accepted(let id)):
      return Answer.json(
        Self.receipt(id, duplicate: false), status: .accepted, headers: [.location: "/api/v1/events/\(id)"])
    case .event(.duplicate(let id)), .event(.conflict(let id)):
      return Answer.json(Self.receipt(id, duplicate: true), headers: [.location: "/api/v1/events/\(id)"])
    case .ignored(let why): return Answer.json(["ignored": .string(why)])
    case .paired(let words, let pairs): return Self.pairs(words, pairs, isNew: kept.isNew)
    case .unmapped(let why, let field, let id):
      var members: [String: JSONValue] = [
        "unmapped": .string(why), "delivery": .int(id),
        "mend": "the lab adds a mapping and runs 'boardcast producers retry'",
      ]
      members["field"] = field.map(JSONValue.string)
      return Answer.json(.object(members), status: .accepted)
    }
  }

  /// A half: what became of each of its pairs. 202 if there is a new event.
  private static func pairs(_ words: String, _ pairs: [HookMessage.Paired], isNew: Bool) -> Response {
    let told = pairs.map { pair -> JSONValue in
      switch pair {
      case .event(.accepted(let id)): receipt(id, duplicate: false)
      case .event(.duplicate(let id)), .event(.conflict(let id)): receipt(id, duplicate: true)
      case .ignored(let why): ["ignored": .string(why)]
      case .unmapped(let why, _, let delivery): ["unmapped": .string(why), "delivery": .int(delivery)]
      }
    }
    return Answer.json(["half": .string(words), "pairs": .array(told)], status: isNew ? .accepted : .ok)
  }

  /// `OPTIONS` of a door for CloudEvents: the abuse protection handshake (CloudEvents HTTP webhooks 1.0.2, section 4). A
  /// strict sender does not deliver without it.
  func handshake(_ request: Request) -> Response {
    var headers: HTTPFields = [.allow: "POST, OPTIONS"]
    if let name = HTTPFields.Element.Name("WebHook-Request-Origin"), let origin = request.headers[name],
      let allowedOrigin = HTTPFields.Element.Name("WebHook-Allowed-Origin"),
      let rate = HTTPFields.Element.Name("WebHook-Allowed-Rate")
    {
      headers[allowedOrigin] = origin
      headers[rate] = "*"
    }
    return Response(status: .ok, headers: headers)
  }
}
