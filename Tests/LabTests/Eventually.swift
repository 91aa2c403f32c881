/// Asks again and again until there is an answer, or until the time is over. The tests' one way of waiting for another
/// process. What was waited for is put into words when the time is over, with the log of then.
func eventually<Value>(
  _ what: @autoclosure () -> String, within limit: Duration = .seconds(180), _ ask: () async throws -> Value?
) async throws -> Value {
  let end = ContinuousClock.now + limit
  while true {
    if let value = try await ask() { return value }
    guard ContinuousClock.now < end else { throw NeverHappened(description: "within \(limit) never: \(what())") }
    try await Task.sleep(for: .milliseconds(20))
  }
}

/// The same for a condition.
func eventually(
  _ what: @autoclosure () -> String, within limit: Duration = .seconds(180), holds condition: () async throws -> Bool
) async throws {
  _ = try await eventually(what(), within: limit) { try await condition() ? true : nil }
}

struct NeverHappened: Error, CustomStringConvertible {
  let description: String
}
