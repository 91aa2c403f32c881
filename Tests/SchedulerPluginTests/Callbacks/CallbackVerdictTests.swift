import PostgresClient
import Testing

@testable import SchedulerPlugin

/// Protects receivers from being forgotten and from being pestered.
@Suite("Callbacks: verdicts and turns")
struct CallbackVerdictTests {
  private func verdict(
    _ outcome: CallbackVerdict.Outcome, attempts: Int = 1, isOld: Bool = false
  ) -> CallbackVerdict {
    let patience = Backoff(initial: .seconds(5), cap: .seconds(3600), random: { 0.999_999 })
    return CallbackVerdict(outcome, attempts: attempts, isOld: isOld, patience: patience)
  }

  private func pause(_ verdict: CallbackVerdict) -> Double? {
    if case .again(_, let pause) = verdict { pause / .seconds(1) } else { nil }
  }

  @Test("Taken is over; what may pass is tried again for a day, longer and longer; what cannot is given up at once")
  func verdicts() {
    for status in [200, 201, 204] { #expect(verdict(.answered(status: status, retryAfter: nil)) == .sent) }
    let pauses = (1...12).map { pause(verdict(.answered(status: 500, retryAfter: nil), attempts: $0)) ?? 0 }
    #expect(zip(pauses, pauses.dropFirst()).allSatisfy { $0 <= $1 } && pauses[0] > 4.9 && pauses[11] > 3599)
    #expect(pauses.allSatisfy { $0 <= 3600 })
    for status in [400, 401, 404, 429, 503] {
      #expect(pause(verdict(.answered(status: status, retryAfter: nil))) != nil)
    }
    #expect(pause(verdict(.answered(status: 429, retryAfter: 120))) == 120)
    #expect(pause(verdict(.answered(status: 503, retryAfter: 86_400))) == 3600)
    #expect(pause(verdict(.failed(.timedOut(.seconds(20))))) != nil)
    #expect(pause(verdict(.failed(.unreachable("x")))) != nil && pause(verdict(.noSecret)) != nil)
    let lasting: [CallbackVerdict.Outcome] = [
      .answered(status: 410, retryAfter: nil), .answered(status: 302, retryAfter: nil), .hidden,
      .failed(.refused(OutboundRefusal(.address, "no"))),
    ]
    for outcome in lasting {
      guard case .givenUp = verdict(outcome) else {
        Issue.record("\(outcome)")
        continue
      }
    }
    guard case .givenUp(let why) = verdict(.answered(status: 500, retryAfter: nil), attempts: 30, isOld: true) else {
      Issue.record("it goes on for ever")
      return
    }
    #expect(why == "the receiver answers HTTP 500, for a day")
    #expect(verdict(.answered(status: 200, retryAfter: nil), isOld: true) == .sent)
    #expect(pause(verdict(.notOver, isOld: true)) == 5)
  }

  @Test("No host gets more than its share at once, and none waits for another's")
  func turns() {
    var turns = CallbackTurns(most: 4, mostPerHost: 2)
    #expect(turns.begin([(1, "slow"), (2, "slow"), (3, "slow"), (4, "a")]) == [1, 2, 4])
    #expect(turns.begin([(3, "slow"), (1, "slow"), (5, "b"), (6, "c")]) == [5])
    turns.end(1)
    #expect(turns.begin([(3, "slow"), (6, "c")]) == [3])
    turns.end(4)
    turns.end(5)
    #expect(turns.begin([(7, "slow"), (6, "c"), (8, "c"), (9, "d")]) == [6, 8])
  }
}
