internal import CLibPQ
internal import Logging

extension PostgresListener {
  /// The life of the thread: connect, listen, wait; when it breaks, pause and do it again.
  func keepListening() {
    var failures = 0
    while !isStopRequested {
      do {
        let link = try connect()
        failures = 0
        onEvent(.connected)
        try deliver(from: link)
      } catch {
        if isStopRequested { return }
        failures += 1
        let pause = backoff.pause(afterFailures: failures)
        logger.warning(
          "not listening to PostgreSQL, trying again",
          metadata: [
            LogKey.error: "\(error)", LogKey.attempt: "\(failures)", LogKey.delay: "\(pause.wholeMilliseconds)",
          ])
        onEvent(.disconnected(error))
        rest(pause)
      }
    }
  }

  private func connect() throws(PostgresError) -> ServerLink {
    let attempt = ConnectionAttempt(
      configuration: configuration, wakeDescriptor: wakePipe.readEnd, isGivenUp: { self.isStopRequested })
    let link = ServerLink(adopting: try attempt.run(), configuration: configuration, logger: logger)
    for channel in channels {
      try link.script("listen " + .identifier(channel))
    }
    return link
  }

  /// Hands over notifications until told to stop; throws when the connection breaks.
  private func deliver(from link: ServerLink) throws(PostgresError) {
    while true {
      // Before waiting, because the answers to LISTEN may have brought some along.
      while let notification = PQnotifies(link.connection) {
        let event = Event.notification(
          channel: String(cString: notification.pointee.relname),
          payload: String(cString: notification.pointee.extra),
          backendPID: notification.pointee.be_pid)
        PQfreemem(notification)
        onEvent(event)
        if isStopRequested { return }
      }
      if isStopRequested { return }
      guard link.isAlive else { throw link.failure(nil, PGRES_FATAL_ERROR, .now) }
      wakePipe.wait(for: PQsocket(link.connection))
      if isStopRequested { return }
      if PQconsumeInput(link.connection) != 1 { throw link.failure(nil, PGRES_FATAL_ERROR, .now) }
    }
  }

  private func rest(_ pause: Duration) {
    if !isStopRequested { wakePipe.wait(atMost: pause) }
  }
}
