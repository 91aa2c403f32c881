/// Lets so many in at a time; who comes later waits, first come first served.
actor Places {
  private var free: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(_ count: Int) { free = count }

  /// Takes a place for the body's time. A body that asks for another place of the same may wait for ever.
  nonisolated func with<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
    await take()
    do {
      let value = try await body()
      await leave()
      return value
    } catch {
      await leave()
      throw error
    }
  }

  private func take() async {
    if free > 0 {
      free -= 1
    } else {
      await withCheckedContinuation { waiting.append($0) }
    }
  }

  private func leave() {
    if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
  }
}
