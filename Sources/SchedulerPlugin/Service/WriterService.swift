public import BoardInventory
public import Logging
public import PostgresClient
public import ServiceLifecycle

/// Decides events and feeds LAVA's queue, for as long as this process holds the writer's lock.
///
/// The lock is an advisory lock on the very connection that writes: losing the connection is losing the ability to
/// write, so a paused or cut-off writer can do no harm.
public struct WriterService: Service {
  let configuration: PostgresConfiguration
  let book: LabFilesBook
  let wake: WakeSignal
  let status: WriterStatus
  let window: Int
  let inventory: LiveInventory?
  let crash: CrashPoints
  let logger: Logger
  /// How often to look for what no signal tells: a board back, a job cancelled by hand.
  let tick: Duration

  /// A writer; nothing happens before `run()`. Without an inventory that follows LAVA it reads the lab for every decision.
  public init(
    configuration: PostgresConfiguration, book: LabFilesBook, wake: WakeSignal, status: WriterStatus, window: Int = 1,
    inventory: LiveInventory? = nil, crash: CrashPoints = .none, tick: Duration = .seconds(1), logger: Logger
  ) {
    // Nothing the writer does may make LAVA wait: a statement that has to wait gives up and is tried again.
    var patient = configuration
    patient.lockTimeout = patient.lockTimeout ?? .seconds(5)
    patient.statementTimeout = patient.statementTimeout ?? .seconds(60)
    patient.idleInTransactionTimeout = patient.idleInTransactionTimeout ?? .seconds(30)
    self.configuration = patient
    self.book = book
    self.wake = wake
    self.status = status
    self.window = window
    self.inventory = inventory
    self.crash = crash
    self.tick = tick
    self.logger = logger
  }

  /// Works until the service group shuts down; a step that has begun is finished.
  public func run() async throws {
    await withGracefulShutdownHandler {
      await withTaskGroup(of: Void.self) { group in
        group.addTask {
          while !Task.isCancelled {
            wake.signal()
            try? await Task.sleep(for: tick)
          }
        }
        var connection: PostgresConnection?
        for await _ in wake.wakes {
          connection = await round(connection)
          if Task.isCancelled { break }
        }
        group.cancelAll()
        await connection?.close()
      }
    } onGracefulShutdown: {
      wake.finish()
    }
  }

  /// One wake: connect where needed, take the lock where possible, work. Returns the connection worth keeping.
  private func round(_ kept: PostgresConnection?) async -> PostgresConnection? {
    var connection = kept
    do {
      let current: PostgresConnection
      if let kept, kept.isUsable {
        current = kept
      } else {
        current = try await PostgresConnection.connect(configuration, logger: logger)
      }
      connection = current
      if let why = try await notEnabled(current) {
        if status.set(.holding(why)) { logger.error("nothing is decided", metadata: ["reason": "\(why)"]) }
        return current
      }
      guard try await WriterLock.take(current) else {
        if status.set(.standby) { logger.info("another boardcast writes; this one stands by") }
        return current
      }
      let report = try await WriterPass(
        connection: current, files: book.current, logger: logger, window: window, crash: crash,
        inventory: inventory
      ).run()
      if let hold = report.hold {
        if status.set(.holding(hold)) { logger.error("nothing is queued", metadata: ["reason": "\(hold)"]) }
      } else if status.set(.writing) {
        logger.info("this boardcast writes")
      }
    } catch {
      let error = NotEnabled(error) ?? error
      // Cut short because another service failed: that one says why.
      if status.set(.away("\(error)")), !Task.isCancelled {
        logger.error("the writer stopped", metadata: ["error": "\(error)"])
      }
      if let connection, !connection.isUsable {
        await connection.close()
        return nil
      }
    }
    return connection
  }

  /// Why this is no database to work in; nil when it is one.
  private func notEnabled(_ connection: PostgresConnection) async throws -> String? {
    try await connection.withSession { session in
      let missing = try LAVATables.read(session).missing
      guard missing.isEmpty else { return "\(NotALAVADatabase(missing: missing))" }
      let there = try session.query("SELECT to_regclass('boardcast.assignment') IS NOT NULL AS there").only {
        try $0.bool("there")
      }
      return there ? nil : NotEnabled().description
    }
  }
}
