import Foundation
import LabSupport
import PostgresClient
import Testing

/// Servers go away, come back, and stop answering. On a server of this suite's own, because all of that happens to it.
@Suite(.serialized, .timeLimit(.minutes(1))) struct OutageTests {
  private static let cluster = Task { try TestCluster() }

  private func tcp(_ cluster: TestCluster, user: String = "postgres", password: String? = nil) -> PostgresConfiguration
  {
    var parameters = ["host": "127.0.0.1", "port": "\(cluster.port)", "user": user, "dbname": "postgres"]
    parameters["password"] = password
    parameters["passfile"] = "/dev/null"
    return PostgresConfiguration(parameters: parameters)
  }

  private func failure(_ configuration: PostgresConfiguration) async throws -> PostgresError {
    try await #require(throws: PostgresError.self) {
      try await PostgresConnection.connect(configuration, logger: quiet)
    }
  }

  @Test func aWrongPasswordIsAnAuthenticationFailureThatShowsNoPassword() async throws {
    let cluster = try await Self.cluster.value
    let admin = try await PostgresConnection.connect(cluster.socketConfiguration(), logger: quiet)
    try await admin.withSession { session in
      try session.script("drop role if exists secretive; create role secretive login password 'correct horse'")
    }
    await admin.close()
    let right = try await PostgresConnection.connect(
      tcp(cluster, user: "secretive", password: "correct horse"), logger: quiet)
    await right.close()
    let wrong = try await failure(tcp(cluster, user: "secretive", password: "hunter2"))
    #expect(wrong.code == .authenticationFailed && wrong.sqlState == "28P01")
    #expect(!"\(wrong.description)\(wrong.debugDescription)".contains("hunter2"))
    #expect(wrong.description.contains("password authentication failed for user \"secretive\""))
    #expect(wrong.description.contains("127.0.0.1") && wrong.description.contains("\(cluster.port)"))
    #expect(!wrong.description.contains("auth.c") && !wrong.description.contains("\n"))
    let none = try await failure(tcp(cluster, user: "secretive"))
    #expect(none.code == .authenticationFailed)
    let database = try await failure(tcp(cluster).with(database: "nowhere"))
    #expect(database.code == .connectionFailed && database.sqlState == "3D000")
    #expect(database.description.contains("\"nowhere\" does not exist"))
    let option = try await failure(PostgresConfiguration(parameters: ["hots": "x", "password": "hunter2"]))
    #expect(option.code == .invalidConfiguration && option.description.contains("hots"))
  }

  @Test func aServerThatIsDownIsNamedAndThePoolComesBackWithIt() async throws {
    let cluster = try await Self.cluster.value
    let connection = try await PostgresConnection.connect(tcp(cluster), logger: quiet)
    let recorder = LogRecorder()
    let pool = PostgresPool(
      configuration: tcp(cluster), size: 2, logger: recorder.logger,
      backoff: Backoff(initial: .milliseconds(20), cap: .milliseconds(100)))
    let first = try await pool.withSession { session in session.backendPID }
    try await cluster.run(.stop)
    let lost = try await #require(throws: PostgresError.self) {
      try await connection.withSession { session in try session.execute("select 1") }
    }
    #expect(lost.code == .connectionLost && !connection.isUsable)
    let down = try await failure(tcp(cluster))
    #expect(down.code == .connectionFailed)
    #expect(down.description.contains("127.0.0.1") && down.description.contains("\(cluster.port)"))
    let impatient = PostgresPool(configuration: tcp(cluster), logger: quiet, patience: .zero)
    let refused = try await #require(throws: PostgresError.self) { try await impatient.withSession { _ in } }
    #expect(refused.code == .connectionFailed)

    async let second = pool.withSession { session in session.backendPID }
    while !recorder.recorded.contains(where: { $0.text.contains("trying again") }) {
      try await Task.sleep(for: .milliseconds(1))
    }
    try await cluster.run(.start)
    #expect(try await second != first)
    let again = try await #require(throws: PostgresError.self) {
      try await connection.withSession { session in try session.execute("select 1") }
    }
    #expect(again.code == .connectionLost)
    await connection.close()
    let closed = try await #require(throws: PostgresError.self) { try await connection.withSession { _ in } }
    #expect(closed.code == .closed)
    await pool.close()
    await impatient.close()
  }

  @Test func aRestartUnderALongStatementIsALostConnection() async throws {
    let cluster = try await Self.cluster.value
    let connection = try await PostgresConnection.connect(cluster.socketConfiguration(), logger: quiet)
    let watcher = try await PostgresConnection.connect(cluster.socketConfiguration(), logger: quiet)
    let task = Task {
      try await connection.withTransaction { session in try session.execute("select pg_sleep(60)") }
    }
    try await waitUntil(
      "select count(*) = 1 from pg_stat_activity where pid = $1 and wait_event = 'PgSleep'",
      [.int4(connection.backendPID)], on: watcher)
    try await cluster.run(.restart)
    let error = try await #require(throws: PostgresError.self) { try await task.value }
    #expect(error.code == .connectionLost && error.sqlState == "57P01" && !error.outcomeIsUnknown)
    await connection.close()
    await watcher.close()
  }

  /// A server that is stopped in the middle takes cancel requests and never answers them.
  @Test func aFrozenServerDoesNotHoldACancelledTask() async throws {
    let cluster = try await Self.cluster.value
    var configuration = tcp(cluster)
    configuration.cancelGrace = .milliseconds(300)
    let connection = try await PostgresConnection.connect(configuration, logger: quiet)
    let watcher = try await PostgresConnection.connect(cluster.socketConfiguration(), logger: quiet)
    let postmaster = try #require(
      Int32(
        String(
          decoding: try Data(contentsOf: URL(fileURLWithPath: cluster.folder + "/data/postmaster.pid")), as: UTF8.self
        )
        .prefix { !$0.isNewline }))
    let task = Task { try await connection.withSession { session in try session.execute("select pg_sleep(60)") } }
    try await waitUntil(
      "select count(*) = 1 from pg_stat_activity where pid = $1 and wait_event = 'PgSleep'",
      [.int4(connection.backendPID)], on: watcher)
    kill(postmaster, SIGSTOP)
    kill(connection.backendPID, SIGSTOP)
    task.cancel()
    let start = ContinuousClock.now
    let error = try await #require(throws: PostgresError.self) { try await task.value }
    let elapsed = ContinuousClock.now - start
    // A connection attempt to a server that says nothing ends too.
    configuration.connectTimeout = .milliseconds(200)
    let silent = try await failure(configuration)
    let attempt = Task { [configuration = tcp(cluster)] in
      try await PostgresConnection.connect(configuration, logger: quiet)
    }
    attempt.cancel()
    let abandoned = try await #require(throws: PostgresError.self) { try await attempt.value }
    kill(connection.backendPID, SIGCONT)
    kill(postmaster, SIGCONT)
    #expect(error.code == .connectionLost)
    #expect(elapsed < .seconds(5))
    #expect(silent.code == .connectionFailed && silent.description.contains("no answer from 127.0.0.1"))
    #expect(abandoned.code == .cancelled)
    await connection.close()
    await watcher.close()
  }

  @Test func theNextHostIsTriedWhenOneIsSilentOrDown() async throws {
    let cluster = try await Self.cluster.value
    let silent = try SilentServer()
    var configuration = PostgresConfiguration(parameters: [
      "host": "127.0.0.1,127.0.0.1,127.0.0.1", "port": "1,\(silent.port),\(cluster.port)", "user": "postgres",
      "dbname": "postgres",
    ])
    configuration.connectTimeout = .milliseconds(200)
    let connection = try await PostgresConnection.connect(configuration, logger: quiet)
    #expect(try await connection.withSession { try $0.query("select 1").rowCount } == 1)
    await connection.close()
  }

  @Test func aListenerTellsOfAnOutageAndOfItsEnd() async throws {
    let cluster = try await Self.cluster.value
    let (stream, continuation) = AsyncStream<PostgresListener.Event>.makeStream()
    let listener = try PostgresListener(
      configuration: cluster.socketConfiguration(), channels: ["c"], logger: quiet,
      backoff: Backoff(initial: .milliseconds(20), cap: .milliseconds(100))
    ) { continuation.yield($0) }
    let task = Task { await listener.run() }
    var events = stream.makeAsyncIterator()
    guard case .connected = await events.next() else {
      Issue.record("not connected")
      return
    }
    try await cluster.run(.restart)
    guard case .disconnected(let error) = await events.next() else {
      Issue.record("the outage was not told")
      return
    }
    #expect(error.isConnectionLoss)
    var next = await events.next()
    while case .disconnected = next { next = await events.next() }
    guard case .connected = next else {
      Issue.record("did not come back")
      return
    }
    listener.stop()
    await task.value
  }
}

/// Accepts connections, by the kernel's backlog, and never says a word.
private final class SilentServer {
  let port: Int
  private let descriptor: Int32

  init() throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = descriptor
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
        bind(descriptor, raw, length) == 0 && listen(descriptor, 8) == 0 && getsockname(descriptor, raw, &length) == 0
      }
    }
    port = Int(UInt16(bigEndian: address.sin_port))
    if !bound { throw TestCluster.ClusterError(text: "no port for the silent server") }
  }

  deinit { close(descriptor) }
}
