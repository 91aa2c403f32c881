public import PostgresClient
internal import Synchronization

extension LiveInventory {
  /// Waits until whatever LAVA committed before this call is in the snapshot.
  ///
  /// A mark goes through the triggers' channel. PostgreSQL delivers notifications in the order of commits (manual,
  /// NOTIFY), so what was committed before the mark has been heard of when the mark is heard, and what was heard of is
  /// read before the mark counts as reached.
  ///
  /// - Parameters:
  ///   - connection: any connection to the same database, outside a transaction.
  ///   - limit: the longest wait.
  /// - Returns: whether it is sure; if not, whoever decides reads afresh.
  /// - Throws: what PostgreSQL throws on this connection.
  public func catchUp(on connection: PostgresConnection, within limit: Duration = .milliseconds(200)) async throws
    -> Bool
  {
    guard problem == nil else { return false }
    let name = String(UInt64.random(in: 0...UInt64.max), radix: 36)
    let (reached, signal) = AsyncStream.makeStream(of: Void.self)
    state.withLock { $0.marks[name] = signal }
    defer { state.withLock { $0.marks[name] = nil } }
    let isHeard = try await connection.withSession { session in
      try session.query(InventorySQL.mark, [.text(Self.channel), .text(Self.markPrefix + name)]).only {
        try $0.bool("is_heard")
      }
    }
    guard isHeard else { return false }
    return await withTaskGroup(of: Bool.self) { group in
      group.addTask {
        for await _ in reached { return true }
        return false
      }
      group.addTask {
        try? await Task.sleep(for: limit)
        return false
      }
      defer { group.cancelAll() }
      return await group.next() ?? false
    }
  }

  static let markPrefix = "mark:"

  /// Takes a payload that is a mark, of this process or another; false when it is something else.
  func noteMark(_ payload: String) -> Bool {
    guard payload.hasPrefix(Self.markPrefix) else { return false }
    state.withLock { state in
      guard let signal = state.marks.removeValue(forKey: String(payload.dropFirst(Self.markPrefix.count))) else {
        return
      }
      state.heardMarks.append(signal)
    }
    wake.yield()
    return true
  }
}
