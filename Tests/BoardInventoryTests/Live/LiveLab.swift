import BoardInventory
import LabSupport
import Logging
import PostgresClient
import Synchronization

/// A clone of LAVA's database with a live inventory running on it.
struct LiveLab: Sendable {
  let configuration: PostgresConfiguration
  let connection: PostgresConnection
  let inventory: LiveInventory
  let changes: ChangeCount
  /// What device type files say; may be changed while the inventory runs.
  let files: CatalogueBox

  static func with(
    rereading: Duration = .seconds(600), _ body: (LiveLab) async throws -> Void
  ) async throws {
    try await LAVADatabase.with { configuration in
      let connection = try await PostgresConnection.connect(configuration, logger: LAVADatabase.logger)
      let changes = ChangeCount()
      let files = CatalogueBox()
      let inventory = LiveInventory(
        configuration: configuration, catalogue: { files.current }, rereading: rereading,
        logger: LAVADatabase.logger, onChange: { changes.add() })
      let lab = LiveLab(
        configuration: configuration, connection: connection, inventory: inventory, changes: changes, files: files)
      let running = Task { try await inventory.run() }
      let outcome: Result<Void, any Error>
      do {
        try await eventually("the inventory follows") { inventory.problem == nil }
        outcome = .success(try await body(lab))
      } catch {
        outcome = .failure(error)
      }
      inventory.stop()
      try await running.value
      await connection.close()
      try outcome.get()
    }
  }

  /// Does to LAVA's tables what LAVA or a person may do.
  func change(_ sql: SQL, _ parameters: [PostgresValue] = []) async throws {
    _ = try await connection.withTransaction { try $0.execute(sql, parameters) }
  }

  func fill(_ body: @Sendable (borrowing PostgresSession) throws -> Void) async throws {
    try await connection.withTransaction(.readCommitted, body)
  }

  /// A board as a fresh read finds it.
  func fresh() async throws -> LabSnapshot {
    try await connection.withTransaction(.repeatableRead, readOnly: true) {
      try LabSnapshot.read($0, catalogue: files.current)
    }
  }

  /// Waits until the live snapshot tells the same as a fresh read.
  func agrees(_ after: String) async throws {
    let fresh = try await fresh()
    try await eventually("the snapshot is as a fresh read after: \(after)") {
      inventory.current.map { $0.agrees(with: fresh) } ?? false
    }
  }
}

/// The device type files in force.
final class CatalogueBox: Sendable {
  private let kept = Mutex(DeviceCatalogue([]))
  var current: DeviceCatalogue {
    get { kept.withLock { $0 } }
    set { kept.withLock { $0 = newValue } }
  }
}

/// Counts the changes an inventory told of.
final class ChangeCount: Sendable {
  private let counted = Mutex(0)
  var value: Int { counted.withLock { $0 } }
  func add() { counted.withLock { $0 += 1 } }
}

/// Polls until a condition holds; the tests' one way of waiting for another process.
func eventually(
  _ what: String, within limit: Duration = .seconds(20), _ holds: () async throws -> Bool
) async throws {
  let end = ContinuousClock.now + limit
  while try await !holds() {
    guard ContinuousClock.now < end else { throw NeverHappened(description: "within \(limit) never: \(what)") }
    try await Task.sleep(for: .milliseconds(5))
  }
}

struct NeverHappened: Error, CustomStringConvertible {
  let description: String
}
