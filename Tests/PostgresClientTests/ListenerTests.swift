import PostgresClient
import Synchronization
import Testing

/// A missed change is a board that stays idle for ever.
@Suite(.timeLimit(.minutes(1))) struct ListenerTests {
  /// A listener with its events as a sequence.
  private func start(
    _ configuration: PostgresConfiguration, _ channels: [String]
  ) throws -> (PostgresListener, AsyncStream<PostgresListener.Event>.Iterator, Task<Void, Never>) {
    let (stream, continuation) = AsyncStream<PostgresListener.Event>.makeStream()
    let listener = try PostgresListener(
      configuration: configuration, channels: channels, logger: quiet,
      backoff: Backoff(initial: .milliseconds(10), cap: .milliseconds(50))
    ) { event in continuation.yield(event) }
    let task = Task {
      await listener.run()
      continuation.finish()
    }
    return (listener, stream.makeAsyncIterator(), task)
  }

  private func words(_ event: PostgresListener.Event?) -> String {
    switch event {
    case .connected: "connected"
    case .notification(let channel, let payload, _): "\(channel): \(payload)"
    case .disconnected(let error): "disconnected: \(error.code)"
    case nil: "end"
    }
  }

  @Test func tellsOfConnectionNotificationsLossAndReturn() async throws {
    try await withDatabase { configuration in
      let channel = "bo\"ard é"
      var named = configuration
      named.applicationName = "listener under test"
      var (listener, events, task) = try start(named, [channel, "other"])
      #expect(words(await events.next()) == "connected")
      let sender = try await PostgresConnection.connect(configuration, logger: quiet)
      try await sender.withSession { session in
        try session.execute("select pg_notify($1, 'one')", .text(channel))
        try session.execute("select pg_notify('other', 'two'), pg_notify('unheard', 'x')")
      }
      #expect(words(await events.next()) == "\(channel): one")
      #expect(words(await events.next()) == "other: two")
      try await sender.withSession { session in
        _ = try session.execute(
          "select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1", "listener under test")
      }
      #expect(words(await events.next()) == "disconnected: connectionLost")
      #expect(words(await events.next()) == "connected")
      try await sender.withSession { session in _ = try session.execute("select pg_notify('other', 'three')") }
      #expect(words(await events.next()) == "other: three")
      listener.stop()
      await task.value
      #expect(words(await events.next()) == "end")
      try await waitUntil(
        "select count(*) = 0 from pg_stat_activity where application_name = $1", ["listener under test"], on: sender)
      await sender.close()
    }
  }

  /// Nothing may be dropped while the receiver is slow.
  @Test func manyNotificationsAllArriveInOrder() async throws {
    try await withDatabase { configuration in
      var (listener, events, task) = try start(configuration, ["c"])
      #expect(words(await events.next()) == "connected")
      let sender = try await PostgresConnection.connect(configuration, logger: quiet)
      try await sender.withSession { session in
        _ = try session.execute("select pg_notify('c', n::text) from generate_series(1, 5000) n")
      }
      for number in 1...5000 { try #require(words(await events.next()) == "c: \(number)") }
      listener.stop()
      listener.stop()
      await task.value
      await sender.close()
    }
  }

  @Test func stoppingBeforeTheStartMeansNoStart() async throws {
    var (listener, _, task) = try start(PostgresConfiguration(parameters: ["host": "/nowhere"]), ["c"])
    listener.stop()
    await task.value
    listener = try PostgresListener(
      configuration: PostgresConfiguration(parameters: ["host": "/nowhere"]), channels: [], logger: quiet
    ) { _ in Issue.record("an event of a listener that was stopped before its start") }
    listener.stop()
    listener.stop()
    await listener.run()
  }

  @Test func cancellingTheTaskOfRunStopsIt() async throws {
    try await withDatabase { configuration in
      var (_, events, task) = try start(configuration, ["c"])
      #expect(words(await events.next()) == "connected")
      task.cancel()
      await task.value
      #expect(words(await events.next()) == "end")
    }
  }

  /// The thread must not wait for itself.
  @Test func stoppingFromInsideAnEventWorks() async throws {
    final class Box: Sendable { let listener = Mutex<PostgresListener?>(nil) }
    let box = Box()
    let listener = try PostgresListener(
      configuration: PostgresConfiguration(parameters: ["host": "/nowhere"]), channels: ["c"], logger: quiet
    ) { event in
      if case .disconnected(let error) = event, error.code == .connectionFailed {
        box.listener.withLock { $0?.stop() }
      } else {
        Issue.record("not what a server that is away gives: \(event)")
      }
    }
    box.listener.withLock { $0 = listener }
    await listener.run()
    box.listener.withLock { $0 = nil }
  }

  @Test func aChannelThatPostgresWouldRefuseIsRefusedAtOnce() {
    let error = #expect(throws: PostgresError.self) {
      try PostgresListener(configuration: PostgresConfiguration(parameters: [:]), channels: [""], logger: quiet) { _ in
      }
    }
    #expect(error?.code == .invalidName)
  }
}
