import Synchronization
import Testing

@testable import SchedulerPlugin

/// Protects the lab from a sender gone wild, and good senders from being refused: exact under a clock of the test's.
@Suite("Trust: rates")
struct TokenBucketTests {
  @Test("As many as the rate's count at once, then one for each part of the period; the wait told is the true one")
  func exact() throws {
    let rate = try #require(MessageRate("60/min"))
    var bucket = TokenBucket(rate, at: .zero)
    for _ in 0..<60 { #expect(bucket.take(1, rate, at: .zero) == nil) }
    #expect(bucket.take(1, rate, at: .zero) == .seconds(1))
    #expect(bucket.take(1, rate, at: .milliseconds(999)) != nil)
    #expect(bucket.take(1, rate, at: .seconds(1)) == nil)
    #expect(bucket.take(1, rate, at: .seconds(1)) != nil)
    for _ in 0..<60 { #expect(bucket.take(1, rate, at: .seconds(1000)) == nil) }
    #expect(bucket.take(1, rate, at: .seconds(1000)) != nil)
  }

  @Test("A refused one takes nothing; a clock that goes back gives nothing; more than a bucketful is a bucketful")
  func odd() throws {
    let rate = try #require(MessageRate("5/s"))
    var bucket = TokenBucket(rate, at: .seconds(10))
    #expect(bucket.take(1000, rate, at: .seconds(10)) == nil)
    for _ in 0..<100 { #expect(bucket.take(1, rate, at: .seconds(10)) != nil) }
    #expect(bucket.take(1, rate, at: .seconds(5)) != nil)
    #expect(bucket.take(1, rate, at: .seconds(10) + .milliseconds(200)) == nil)
  }

  @Test("Each sender has a bucket of his own")
  func limiter() throws {
    let clock = Mutex(Duration.zero)
    let limiter = RateLimiter { clock.withLock { $0 } }
    let rate = MessageRate("1/h")
    try limiter.take(1, of: "a", rate)
    try limiter.take(1, of: "b", rate)
    try limiter.take(1, of: "c", nil)
    let refused = #expect(throws: TooOften.self) { try limiter.take(1, of: "a", rate) }
    #expect(refused?.seconds == 3600)
    clock.withLock { $0 = .seconds(3599) }
    let later = #expect(throws: TooOften.self) { try limiter.take(1, of: "a", rate) }
    #expect(later?.seconds == 1)
    clock.withLock { $0 = .seconds(3600) }
    try limiter.take(1, of: "a", rate)
  }

  @Test(
    "What is no rate is none", arguments: ["60", "0/min", "-1/s", "1/fortnight", "1/min/s", "1.5/s", "/s", "9999999/s"])
  func slips(_ text: String) { #expect(MessageRate(text) == nil) }
}
