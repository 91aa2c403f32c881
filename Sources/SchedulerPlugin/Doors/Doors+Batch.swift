import BuildEvents
import Hummingbird
import PostgresClient

extension Doors {
  /// A batch of CloudEvents: kept whole or not at all. 202 when one of them is new, else 200.
  func postBatch(_ request: Request, _ raw: [UInt8], _ sender: Sender) async throws -> Response {
    let events = try CloudEvents.batch(contentType: request.headers[.contentType], body: raw)
    if events.count > 1 {
      let limits = terms.senders.limits(of: sender.name)
      try terms.limiter.take(events.count - 1, of: "user \(sender.name)", limits.rate)
    }
    var kept: [EventTerms] = []
    for (index, event) in events.enumerated() {
      do throws(EventRefusal) {
        kept.append(try terms.terms(of: event, from: sender.name))
      } catch {
        var refusal = error
        refusal.field = "[\(index)].data" + (error.field.map { ".\($0)" } ?? "")
        throw refusal
      }
    }
    let accepted = kept
    crash.reached(.received)
    let receipts: [EventStore.Receipt]
    do {
      receipts = try await database { session in
        var receipts: [EventStore.Receipt] = []
        for (index, event) in events.enumerated() {
          // Each event's own record stands for its bytes: a batch of many is not kept many times.
          let receipt = try EventStore.keep(
            event, raw: event.record.serialized, door: "cloudevents", sender: sender,
            terms: accepted[index], session)
          if case .conflict(let id) = receipt { throw BatchConflict(index: index, event: id) }
          receipts.append(receipt)
        }
        return receipts
      }
    } catch let conflict as BatchConflict {
      return Answer.refusal(
        .conflict, code: "conflict", "this CloudEvent id was used before for something else, event \(conflict.event)",
        field: "[\(conflict.index)].id", mend: "give every event an id of its own; nothing of the batch was kept")
    }
    crash.reached(.committed)
    var isNew = false
    var answers: [JSONValue] = []
    for receipt in receipts {
      switch receipt {
      case .accepted(let id):
        isNew = true
        answers.append(Self.receipt(id, duplicate: false))
      case .duplicate(let id), .conflict(let id): answers.append(Self.receipt(id, duplicate: true))
      }
    }
    if isNew { wake.signal() }
    return Answer.json(["events": .array(answers)], status: isNew ? .accepted : .ok)
  }
}

/// Undoes a batch.
private struct BatchConflict: Error {
  let index: Int
  let event: Int64
}
