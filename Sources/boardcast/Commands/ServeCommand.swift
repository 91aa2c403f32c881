import ArgumentParser
import BoardInventory
import Foundation
import Hummingbird
import Logging
import NIOCore
import PostgresClient
import SchedulerPlugin
import ServiceLifecycle
import UnixSignals

struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Takes events in, decides, and feeds LAVA's queue until told to stop.",
    discussion: """
      SIGTERM and SIGINT finish what is at hand and leave; SIGHUP reloads rules, templates and device types, and on \
      what terms jobs are submitted (queue_window, submitters, LAVA's settings), which is also done when the files change.\
      /healthz and /readyz say how it is.
      """)

  @OptionGroup var places: PlaceOptions

  @Option(
    help: ArgumentHelp("The address to listen on; default 127.0.0.1:8070 or config.yaml's.", valueName: "host:port"),
    transform: address)
  var listen: ListenAddress?

  func run() async throws {
    let configuration = try places.configuration()
    let location = try places.location(configuration)
    let logger = places.talkative
    logger.info("starting", metadata: ["database": "\(location.configuration)", "from": "\(location.source)"])

    let book = LabFilesBook(folders: configuration.folders, mayCancel: configuration.mayCancel)
    FileWatchService.report(book.current.mistakes, book, logger)
    let events = try location.eventSender(environment: ProcessInfo.processInfo.environment, logger: logger)
    let terms = try termsBook(configuration, location)
    let wake = WakeSignal()
    let status = WriterStatus()
    let crash = CrashSwitch.fromEnvironment()
    let inventory = LiveInventory(
      configuration: location.configuration, catalogue: { book.current.catalogue }, logger: logger,
      onChange: { wake.signal() })
    // A short outage is ridden out; in a long one senders are told soon, for while one waits it holds a connection.
    let pool = PostgresPool(configuration: location.configuration, size: 4, logger: logger, patience: .seconds(2))
    let doorTerms = DoorTerms(outbound: configuration.outbound, senders: configuration.senders)
    let doors = Doors(
      pool: pool, book: book, status: status, wake: wake, inventory: inventory, events: events, terms: doorTerms,
      crash: crash, logger: logger)
    let (host, port) = (listen?.host ?? configuration.host, listen?.port ?? configuration.port)
    let application = Application(
      router: doors.router(),
      configuration: .init(address: .hostname(host, port: port), serverName: "boardcast"),
      onServerRunning: { channel in
        logger.info("listening", metadata: ["address": "\(channel.localAddress.map { "\($0)" } ?? "?")"])
      },
      logger: quiet(logger))
    let group = ServiceGroup(
      configuration: .init(
        services: [
          .init(service: application),
          .init(
            service: WriterService(
              configuration: location.configuration, book: book, wake: wake, status: status,
              terms: terms, inventory: inventory, events: events, migrations: try places.migrations(), crash: crash,
              logger: logger)),
          .init(service: WakeService(configuration: location.configuration, wake: wake, logger: logger)),
          .init(service: InventoryService(inventory)),
          .init(
            service: FileWatchService(
              book: book, terms: terms, logger: logger, onReload: { inventory.catalogueChanged() })),
          .init(
            service: DictionaryService(
              configuration: location.configuration, settings: configuration.dictionarySettings, logger: logger)),
          .init(
            service: CancellationService(
              configuration: location.configuration, settings: configuration.dictionarySettings, logger: logger)),
          .init(
            service: CallbackService(
              configuration: location.configuration, book: book, senders: configuration.senders,
              outbound: configuration.outbound, crash: crash, logger: logger)),
          .init(
            service: DeliveryRetryService(
              configuration: location.configuration, book: book, terms: doorTerms, logger: logger)),
          .init(
            service: PullService(
              configuration: location.configuration, book: book, policy: configuration.outbound, terms: doorTerms,
              wake: wake, crash: crash, logger: logger)),
          .init(service: HangupService(book: book, terms: terms, inventory: inventory, logger: logger)),
        ],
        gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet(logger)))
    do {
      try await group.run()
    } catch let error as IOError {
      let reason = String(cString: strerror(error.errnoCode))
      throw CommandRefusal("cannot listen on \(host):\(port): \(reason); choose another address with --listen")
    }
    await pool.close()
    logger.info("stopped")
  }

  /// The terms, which are read again while this runs.
  private func termsBook(_ configuration: Configuration, _ location: DatabaseLocation) throws -> SubmissionTermsBook {
    let (folder, shipped, lava) = (places.configDir, places.shipped, LAVASettings())
    let reading: SubmissionTermsBook.Reading = { () throws(FileMistake) in
      var read = try Configuration.read(folder: folder, shipped: shipped)
      read.terms.lava = try location.jobSettings(lava: lava, environment: ProcessInfo.processInfo.environment)
      return read
    }
    var first = configuration
    first.terms = try places.terms(configuration)
    return SubmissionTermsBook(first, paths: { [configuration.path] + lava.paths }, reading: reading)
  }

  private static func address(_ text: String) throws -> ListenAddress {
    guard let address = ListenAddress(text) else {
      throw ValidationError("'\(text)' is no address; write HOST:PORT, for example 127.0.0.1:8070")
    }
    return address
  }

  /// The libraries' own chatter is for us, not for operators.
  private func quiet(_ logger: Logger) -> Logger {
    var logger = logger
    logger.logLevel = max(logger.logLevel, .warning)
    return logger
  }
}

/// Reloads the checked-in files on SIGHUP.
struct HangupService: Service {
  let book: LabFilesBook
  let terms: SubmissionTermsBook
  let inventory: LiveInventory
  let logger: Logger

  func run() async throws {
    await cancelWhenGracefulShutdown {
      for await _ in await UnixSignalsSequence(trapping: .sighup) {
        FileWatchService.report(terms.reload(always: true), logger)
        FileWatchService.report(book.reload() ?? [], book, logger)
        inventory.catalogueChanged()
      }
    }
  }
}

/// Dies at a step of an event's way, in debug builds only: how the tests prove that a crash loses and doubles nothing.
enum CrashSwitch {
  static func fromEnvironment() -> CrashPoints {
    #if DEBUG
      if let name = ProcessInfo.processInfo.environment["BOARDCAST_CRASH_AT"],
        let point = CrashPoints.Point(rawValue: name)
      {
        return CrashPoints { if $0 == point { kill(getpid(), SIGKILL) } }
      }
    #endif
    return .none
  }
}
