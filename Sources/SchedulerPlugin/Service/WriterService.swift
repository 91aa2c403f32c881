public import BoardInventory
public import LAVAEvents
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
  let terms: SubmissionTermsBook
  let inventory: LiveInventory?
  let events: EventSender?
  let migrations: Migrations?
  let crash: CrashPoints
  let logger: Logger
  /// How often to look for what no signal tells: a board back, a job cancelled by hand.
  let tick: Duration
  /// After how long without a sign of life another process's writer is ended.
  let silence: Duration

  /// A writer; nothing happens before `run()`. Without an inventory that follows LAVA it reads the lab for every decision,
  /// without a sender of events LAVA's scheduler finds new jobs when it looks by itself, and without migrations nobody
  /// checks whether the tables are this Boardcast's.
  public init(
    configuration: PostgresConfiguration, book: LabFilesBook, wake: WakeSignal, status: WriterStatus,
    terms: SubmissionTermsBook = SubmissionTermsBook(SubmissionTerms()), inventory: LiveInventory? = nil,
    events: EventSender? = nil, migrations: Migrations? = nil, crash: CrashPoints = .none,
    tick: Duration = .seconds(1), silence: Duration = .seconds(10), logger: Logger
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
    self.terms = terms
    self.inventory = inventory
    self.events = events
    self.migrations = migrations
    self.crash = crash
    self.tick = tick
    self.silence = silence
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
        if let events { group.addTask { await events.run() } }
        var connection: PostgresConnection?
        var watches = Watches()
        for await _ in wake.wakes {
          connection = await round(connection, &watches)
          if Task.isCancelled { break }
        }
        group.cancelAll()
        events?.stop()
        await connection?.close()
      }
    } onGracefulShutdown: {
      wake.finish()
    }
  }

  /// What is watched from one wake to the next.
  private struct Watches {
    /// Another process's writer.
    var silence = SilenceWatch()
    /// PostgreSQL's clock, while this process writes: whoever writes follows it.
    var clock: ClockWatch?
  }

  /// One wake: connect where needed, take the lock where possible, work. Returns the connection worth keeping.
  private func round(_ kept: PostgresConnection?, _ watches: inout Watches) async -> PostgresConnection? {
    var connection = kept
    var clock = watches.clock ?? ClockWatch()
    // Whoever does not write does not follow: the writer does.
    watches.clock = nil
    var writes = false
    do {
      let current: PostgresConnection
      if let kept, kept.isUsable {
        current = kept
      } else {
        current = try await PostgresConnection.connect(configuration, logger: logger)
      }
      connection = current
      if let why = try await WritingObstacle.find(current, migrations) {
        if status.set(.holding(why.description)) {
          logger.error("nothing is decided", metadata: ["reason": "\(why)"])
        }
        // A session keeps the setting it began with, and who stands by must not keep the writer's lock.
        if why.needsNewSession {
          await current.close()
          return nil
        }
        return current
      }
      guard try await WriterLock.take(current) else {
        if status.set(.standby) { logger.info("another boardcast writes; this one stands by") }
        if try await WriterLock.endSilent(for: silence, &watches.silence, current) {
          logger.error("the writer gave no sign of life; its connection is ended", metadata: ["after": "\(silence)"])
          wake.signal()
        }
        return current
      }
      writes = true
      if let jump = try await clock.follow(current) {
        logger.warning("PostgreSQL's clock was set; what waits goes by it now", metadata: ["by": "\(jump.by)"])
      }
      let report = try await WriterPass(
        connection: current, files: book.current, logger: logger, terms: terms.current, crash: crash,
        inventory: inventory, events: events,
        time: clock.time
      ).run()
      if let hold = report.hold {
        if status.set(.holding(hold)) { logger.error("nothing is queued", metadata: ["reason": "\(hold)"]) }
      } else if status.set(.writing) {
        logger.info("this boardcast writes")
      }
      watches.clock = clock
    } catch {
      let error = NotEnabled(error) ?? RightLacking(error) ?? error
      // Cut short because another service failed: that one says why.
      if status.set(.away("\(error)")), !Task.isCancelled {
        logger.error("the writer stopped", metadata: ["error": "\(error)"])
      }
      if let connection, !connection.isUsable {
        await connection.close()
        return nil
      }
      if writes { watches.clock = clock }
    }
    return connection
  }
}
