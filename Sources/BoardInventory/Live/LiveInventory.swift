public import Logging
public import PostgresClient
internal import Synchronization

/// The lab's snapshot, kept true: LAVA's changes are heard of, what changed is read again, and the snapshot is swapped.
///
/// Triggers on LAVA's inventory tables (`migrations/0002_inventory_triggers.sql`) say what changed. A lost connection, and whatever no trigger tells, is healed by reading everything:
/// on every connect and on a slow timer.
public final class LiveInventory: Sendable {
  /// The channel the triggers speak on.
  public static let channel = "boardcast_inventory"

  struct State {
    var snapshot: LabSnapshot?
    var pending = InventoryChange()
    /// Marks that were sent and not heard yet.
    var marks: [String: AsyncStream<Void>.Continuation] = [:]
    /// Marks that were heard; reached when what is pending has been read.
    var heardMarks: [AsyncStream<Void>.Continuation] = []
    /// The listener is connected.
    var isListening = false
    /// The listener is connected, and everything was read since.
    var isConnected = false
    var readWholeAt: ContinuousClock.Instant?
    /// Triggers that are not there.
    var missing: [String] = []
    /// Why the last reading failed.
    var failure: String?
  }

  let configuration: PostgresConfiguration
  let catalogue: @Sendable () -> DeviceCatalogue
  let coalescing: Duration
  let rereading: Duration
  let logger: Logger
  let onChange: @Sendable () -> Void
  let state = Mutex(State())
  let wakes: AsyncStream<Void>
  let wake: AsyncStream<Void>.Continuation

  /// An inventory; nothing happens before `run()`.
  ///
  /// - Parameters:
  ///   - catalogue: gives what device types can run, now.
  ///   - coalescing: the shortest time between two readings: the first change is read at once, what comes soon after it
  ///     is read together. Default 30 ms.
  ///   - rereading: how often everything is read, whatever was heard. Default 60 s.
  ///   - onChange: called after each swap, and when permissions changed; should only signal.
  public init(
    configuration: PostgresConfiguration, catalogue: @escaping @Sendable () -> DeviceCatalogue,
    coalescing: Duration = .milliseconds(30), rereading: Duration = .seconds(60), logger: Logger,
    onChange: @escaping @Sendable () -> Void = {}
  ) {
    var patient = configuration
    patient.lockTimeout = patient.lockTimeout ?? .seconds(5)
    patient.statementTimeout = patient.statementTimeout ?? .seconds(60)
    self.configuration = patient
    self.catalogue = catalogue
    self.coalescing = coalescing
    self.rereading = rereading
    self.logger = logger
    self.onChange = onChange
    (wakes, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// The snapshot as last read; nil before the first reading.
  public var current: LabSnapshot? { state.withLock(\.snapshot) }

  /// Whether LAVA's changes are being heard of.
  public var isConnected: Bool { state.withLock(\.isConnected) }

  /// How long ago everything was read, by a monotonic clock; nil before the first reading. What changed since then was
  /// read when it changed, as far as it was heard of.
  public var age: Duration? { state.withLock(\.readWholeAt).map { $0.duration(to: .now) } }

  /// Why the snapshot may be behind LAVA, and how to mend it; nil when nothing speaks against it.
  public var problem: String? {
    state.withLock { state in
      if let failure = state.failure { return failure }
      if let first = state.missing.first {
        let more = state.missing.count > 1 ? " and \(state.missing.count - 1) more" : ""
        return "LAVA's changes are not heard of: the trigger \(first)\(more) is missing; "
          + "run 'boardcast enable', which puts it back"
      }
      if state.snapshot == nil { return "the inventory was not read yet" }
      return state.isConnected ? nil : "LAVA's changes are not heard of: not connected"
    }
  }

  /// The snapshot, if it follows LAVA and everything was read within the limit; else nil: then whoever decides reads
  /// afresh.
  public func snapshot(within limit: Duration) -> LabSnapshot? {
    guard problem == nil, let age, age < limit else { return nil }
    return current
  }

  /// What device types can run has changed: capabilities are derived anew.
  public func catalogueChanged() { note { $0.catalogue = true } }

  /// Notes a change, and wakes the reader.
  func note(_ change: (inout InventoryChange) -> Void) {
    state.withLock { change(&$0.pending) }
    wake.yield()
  }
}
