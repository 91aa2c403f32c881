import PostgresClient
import Testing

/// Too short hammers a server that is coming up, too long leaves the lab idle.
@Suite(.timeLimit(.minutes(1))) struct BackoffTests {
  @Test func growsToTheCapAndNoFurther() {
    let longest = Backoff(initial: .milliseconds(100), cap: .seconds(1), random: { 1 })
    #expect(
      (1...6).map { longest.pause(afterFailures: $0) } == [100, 200, 400, 800, 1000, 1000].map { .milliseconds($0) })
    #expect(longest.pause(afterFailures: .max) == .seconds(1))
    #expect(longest.pause(afterFailures: 0) == .milliseconds(100))
  }

  @Test func chanceTakesAwayAtMostHalf() {
    #expect(Backoff(initial: .seconds(2), random: { 0 }).pause(afterFailures: 1) == .seconds(1))
    #expect(Backoff(initial: .seconds(20), cap: .seconds(3), random: { 1 }).pause(afterFailures: 1) == .seconds(3))
  }
}
