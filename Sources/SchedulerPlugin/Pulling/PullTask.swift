import BuildEvents
import Logging
import PostgresClient

/// One source being fetched: asks what the pure puller wants asked, keeps what it wants kept.
struct PullTask {
  let service: PullService
  let connection: PostgresConnection
  let store: PullStore
  let name: String

  /// Follows KernelCI's API.
  func pull(_ settings: PullSettings) async throws {
    let store = store
    let state = try await connection.withTransaction { session in
      try store.forgetOld(session)
      return try store.begin(session)
    }
    let kept = state.flatMap { KernelCIPull.Cursor($0.cursor) }
    var cursor = kept ?? KernelCIPull.Cursor(until: service.now())
    if kept == nil {
      switch settings.since {
      case .now: break
      case .always: cursor.until = UTCInstant(milliseconds: 0)
      case .instant(let begin): cursor.until = begin
      }
      // Where it begins is kept before anything can be missed.
      let first = cursor
      try await connection.withTransaction { try store.move(first.json, $0) }
    }
    var pull = KernelCIPull(
      cursor: cursor, known: state?.items ?? [], isFirst: kept == nil, patience: service.patience)
    var said: String??
    while !Task.isCancelled {
      let action = pull.next()
      switch action {
      case .wait(let pause):
        try await say(pull.trouble, &said)
        try await Task.sleep(for: pause)
      case .deliver(let node, let body, let cursor): try await take(node, body, cursor.json)
      case .drop(let node, let why, let cursor):
        try await connection.withTransaction { try store.drop(node, cursor: cursor.json, $0) }
        service.logger.notice(
          "a node is left out", metadata: ["source": "\(name)", "node": "\(node)", "why": "\(why)"])
      case .save(let cursor): try await connection.withTransaction { try store.move(cursor.json, $0) }
      case .subscribe, .listen, .history, .fetch:
        guard let token = settings.token, let request = KernelCIRequests.request(action, settings, token: token) else {
          pull.took(
            .unanswered("\(settings.tokenFile) cannot be read or holds no token"), to: action, now: service.now())
          continue
        }
        pull.took(try await service.transport(settings.api, request), to: action, now: service.now())
        if pull.trouble == nil { try await say(nil, &said) }
        continue
      }
      pull.did(action)
    }
  }

  /// Looks at a place where builds are published.
  func watch(_ settings: WatchSettings) async throws {
    let store = store
    let state = try await connection.withTransaction { try store.begin($0) }
    let isFirst = state?.cursor["first_look"] != "over"
    var patience = service.patience
    (patience.initial, patience.cap) = (settings.every, max(settings.every, .seconds(3600)))
    var watch = PublishedWatch(settings, seen: state?.items ?? [], isFirst: isFirst, patience: patience)
    if state == nil { try await connection.withTransaction { try store.move(["first_look": "begun"], $0) } }
    var said: String??
    while !Task.isCancelled {
      let action = watch.next()
      switch action {
      case .wait(let pause): try await Task.sleep(for: pause)
      case .publish(let build): try await take(build.key, build.message, nil)
      case .note(let keys, let gone):
        let isOver = !watch.isFirst || watch.endsFirstLook
        let cursor: JSONValue = ["first_look": isOver ? "over" : "begun"]
        try await connection.withTransaction { try store.note(keys, gone: gone, cursor: cursor, $0) }
        try await say(watch.trouble, &said)
      case .fetch(let request):
        watch.took(try await service.transport(settings.url, request), to: request, now: service.now())
        continue
      }
      watch.did(action)
    }
  }

  /// Keeps a build as the door would, once, and the cursor in the same transaction.
  private func take(_ item: String, _ body: [UInt8], _ cursor: JSONValue?) async throws {
    let (store, crash, files, terms) = (store, service.crash, service.book.current.producers, service.terms)
    let kept = try await connection.withTransaction { session in
      let kept = try store.take(item, body, cursor: cursor, files: files, terms: terms, session)
      crash.reached(.kept)
      return kept
    }
    crash.reached(.committed)
    guard let kept else { return }
    if kept.isNew { service.wake.signal() }
    service.logger.info(
      "a build was fetched", metadata: ["source": "\(name)", "build": "\(item)", "became": "\(kept.words)"])
  }

  /// Says once, in the log and in the table, that it does not get on, or does again.
  private func say(_ trouble: String?, _ said: inout String??) async throws {
    if let last = said, last == trouble { return }
    let isFirstWord = said == nil
    said = .some(trouble)
    let store = store
    try await connection.withTransaction { try store.say(trouble, $0) }
    if let trouble {
      service.logger.error("a source cannot be fetched", metadata: ["source": "\(name)", "error": "\(trouble)"])
    } else if !isFirstWord {
      service.logger.notice("the source is fetched again", metadata: ["source": "\(name)"])
    }
  }
}
