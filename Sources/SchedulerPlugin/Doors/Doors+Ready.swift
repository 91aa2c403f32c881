import BoardInventory
import BuildEvents
import Hummingbird
import PostgresClient

extension Doors {
  /// `GET /readyz`: 200 when events can be kept and somebody can decide them, else 503; the checks say which.
  func ready() async -> Response {
    var checks: [String: JSONValue] = [:]
    var isReady = true
    do {
      // One attempt: whoever asks wants to know now, and does not wait as a sender may.
      let callbacks = try await pool.withSession(patience: .zero) { session in
        _ = try QueueSchema(LAVATables.read(session))
        return try CallbackCounts.read(session)
      }
      checks["database"] = "ok"
      if let callbacks { checks["callbacks"] = callbacks.json }
    } catch {
      checks["database"] = .string("\(error)")
      isReady = false
    }
    switch status.phase {
    case .writing: checks["writer"] = "writing"
    case .standby: checks["writer"] = "standby"
    case .away(let why), .holding(let why):
      checks["writer"] = .string(why)
      isReady = false
    }
    if let inventory { checks["inventory"] = inventory.json }
    if let events { checks["events"] = events.json }
    let mistakes = book.current.mistakes
    checks["files"] = mistakes.isEmpty ? "ok" : .array(mistakes.map { .string($0.description) })
    return Answer.json(
      ["ready": .bool(isReady), "checks": .object(checks)], status: isReady ? .ok : .serviceUnavailable)
  }
}
