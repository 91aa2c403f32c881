internal import Logging
internal import PostgresClient
internal import Synchronization

extension LiveInventory {
  /// Follows LAVA until `stop()` or the task's cancellation. Reading is done here, listening on a thread of its own.
  ///
  /// Throws `PostgresError` when the channel's name is refused, which does not happen.
  public func run() async throws {
    let listener = try PostgresListener(
      configuration: configuration, channels: [Self.channel], logger: logger, onEvent: { [self] in heard($0) })
    await withTaskCancellationHandler {
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await listener.run() }
        group.addTask { await self.remind() }
        await keepReading()
        listener.stop()
        group.cancelAll()
      }
    } onCancel: {
      stop()
    }
    state.withLock { $0.isConnected = false }
  }

  /// Ends following; may be called at any time, twice, or before `run()`.
  public func stop() { wake.finish() }

  private func heard(_ event: PostgresListener.Event) {
    switch event {
    case .connected:
      // The reading that this asks for makes the snapshot whole; until then it may lack what happened meanwhile.
      state.withLock { $0.isListening = true }
      note { $0.markEverything() }
    case .notification(_, let payload, _):
      if !noteMark(payload) { note { $0.note(payload) } }
    case .disconnected:
      state.withLock { state in
        state.isListening = false
        state.isConnected = false
      }
    }
  }

  private func remind() async {
    while (try? await Task.sleep(for: rereading)) != nil { note { $0.markEverything() } }
  }

  private func keepReading() async {
    var connection: PostgresConnection?
    var failures = 0
    for await _ in wakes {
      let change = state.withLock { state in
        defer {
          state.pending = InventoryChange()
          state.heardMarks = []
        }
        return (what: state.pending, isListening: state.isListening, marks: state.heardMarks)
      }
      guard !change.what.isEmpty else {
        for mark in change.marks { mark.yield() }
        continue
      }
      do {
        let current = try await PostgresConnection.keep(connection, orConnect: configuration, logger: logger)
        connection = current
        try await read(change.what, whileListening: change.isListening, on: current)
        failures = 0
        for mark in change.marks { mark.yield() }
        try? await Task.sleep(for: coalescing)
      } catch {
        if Task.isCancelled { break }
        failures += 1
        let isNew = state.withLock { state in
          defer { state.failure = "LAVA's inventory could not be read: \(error)" }
          // Whatever was to be read must still be read; with everything nothing can be forgotten.
          state.pending.markEverything()
          return state.failure == nil
        }
        if isNew { logger.error("the inventory cannot be read", metadata: ["error": "\(error)"]) }
        if let broken = connection, !broken.isUsable {
          await broken.close()
          connection = nil
        }
        try? await Task.sleep(for: Backoff().pause(afterFailures: failures))
        wake.yield()
      }
    }
    await connection?.close()
  }

  private func read(
    _ change: InventoryChange, whileListening: Bool, on connection: PostgresConnection
  ) async throws {
    let old = current
    let isWhole = change.everything || old == nil
    let catalogue = catalogue()
    let begun = ContinuousClock.now
    let found = try await connection.withTransaction(.repeatableRead, readOnly: true) { session in
      guard let old, !isWhole else {
        let snapshot =
          try old?.rereading(.all, session, catalogue: catalogue) ?? LabSnapshot.read(session, catalogue: catalogue)
        let missing = try InventoryTriggers.missing(session)
        return (snapshot: snapshot, missing: missing as [String]?)
      }
      return (snapshot: try old.rereading(change, session, catalogue: catalogue), missing: nil as [String]?)
    }
    let before = state.withLock { state in
      defer {
        state.snapshot = found.snapshot
        state.failure = nil
        if isWhole {
          state.readWholeAt = begun
          // Only what was read after listening began is sure to be followed from there on.
          state.isConnected = whileListening && state.isListening
        }
        if let missing = found.missing { state.missing = missing }
      }
      return state.missing
    }
    if let missing = found.missing, missing != before {
      if missing.isEmpty {
        logger.info("the inventory triggers are all there again")
      } else {
        logger.error("inventory triggers are missing", metadata: ["triggers": "\(missing.joined(separator: ", "))"])
      }
    }
    if change.permissions || change.catalogue || old.map({ !$0.agrees(with: found.snapshot) }) ?? true { onChange() }
  }
}
