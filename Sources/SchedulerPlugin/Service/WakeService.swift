public import Logging
public import PostgresClient
public import ServiceLifecycle

/// Listens for events that any door, also another process's, has put on disk, and wakes the writer.
public struct WakeService: Service {
  let configuration: PostgresConfiguration
  let wake: WakeSignal
  let logger: Logger

  /// A listener; nothing happens before `run()`.
  public init(configuration: PostgresConfiguration, wake: WakeSignal, logger: Logger) {
    self.configuration = configuration
    self.wake = wake
    self.logger = logger
  }

  /// Listens until the service group shuts down. Whatever is missed while disconnected, the writer's timer finds.
  public func run() async throws {
    let listener = try PostgresListener(
      configuration: configuration, channels: [EventSQL.channel], logger: logger, onEvent: { _ in wake.signal() })
    await withGracefulShutdownHandler {
      await listener.run()
    } onGracefulShutdown: {
      listener.stop()
    }
  }
}
