import BoardInventory
import BuildEvents
import Foundation
import LabSupport
import PostgresClient
import SchedulerPlugin
import Synchronization

/// A running `boardcast serve`.
final class ServeProcess: Sendable {
  let producer: Producer
  private let process: Process
  private let logFile: URL

  var url: String { producer.url }

  /// Everything it has logged.
  var log: String { (try? String(contentsOf: logFile, encoding: .utf8)) ?? "" }

  /// Starts it; returns at once.
  init(database: String, folder: String, port: Int, environment: [String: String] = [:]) throws {
    producer = Producer(url: "http://127.0.0.1:\(port)")
    logFile = URL(fileURLWithPath: folder).appendingPathComponent("serve-\(UUID().uuidString).log")
    try Data().write(to: logFile)
    let output = try FileHandle(forWritingTo: logFile)
    process = Process()
    process.executableURL = URL(fileURLWithPath: Lab.program)
    process.arguments = ["serve", "--database", database, "--listen", "127.0.0.1:\(port)", "--config-dir", folder]
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = output
    try ProgramStart.run(process)
  }

  /// What `/readyz` says once it answers at all.
  func readiness() async throws -> Producer.Answer? {
    if !process.isRunning { throw NeverHappened(description: "serve ended before it was ready: \(log)") }
    return try? await producer.get("/readyz")
  }

  /// Waits until it is ready, and does what is asked of it: `writing` or `standby`.
  func becomes(_ writer: String) async throws {
    try await eventually("\(writer) at \(url); log: \(log)") {
      guard let answer = try await readiness() else { return false }
      return answer.status == 200 && answer.json["checks"]?["writer"]?.stringValue == writer
    }
  }

  /// Waits until its log holds the words.
  func logs(_ words: String) async throws {
    try await eventually("'\(words)' in the log") { log.contains(words) }
  }

  /// Whether it has not ended yet.
  var isRunning: Bool { process.isRunning }

  func send(signal: Int32) { kill(process.processIdentifier, signal) }

  /// Waits until it has ended; its exit code, or the negative number of the signal.
  func ending() async throws -> Int32 {
    try await eventually("serve ends; log: \(log)") { !process.isRunning }
    return process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
  }

  /// Ends it as an operator does.
  func terminate() async throws -> Int32 {
    send(signal: SIGTERM)
    return try await ending()
  }

  /// Ends it as a power cut does.
  func killed() async throws {
    send(signal: SIGKILL)
    _ = try await ending()
  }

  /// Ends it when its test is over, however that went.
  func abandon() {
    guard process.isRunning else { return }
    send(signal: SIGKILL)
    process.waitUntilExit()
  }
}

/// A database and a configuration folder on which `serve` is started, ended and started again.
final class ServePlace: Sendable {
  let database: PostgresConfiguration
  let folder: TemporaryFolder
  private let port = ServePlace.freePort()
  private let started = Mutex<[ServeProcess]>([])

  private init(_ database: PostgresConfiguration, _ folder: TemporaryFolder) {
    self.database = database
    self.folder = folder
  }

  /// Everything started here has ended when this returns.
  static func with<Value>(
    _ database: PostgresConfiguration, _ body: (ServePlace) async throws -> Value
  ) async throws -> Value {
    try await TemporaryFolder.with { folder in
      let place = ServePlace(database, folder)
      defer { place.started.withLock { $0 }.forEach { $0.abandon() } }
      return try await body(place)
    }
  }

  /// Starts `serve` on the place's own port, which a restart takes again, or on another.
  func start(
    crashAt point: CrashPoints.Point? = nil, on port: Int? = nil, environment: [String: String] = [:]
  ) throws -> ServeProcess {
    var environment = environment
    environment["BOARDCAST_CRASH_AT"] = point?.rawValue ?? ""
    let serve = try ServeProcess(
      database: database.connectionString, folder: folder.path, port: port ?? self.port, environment: environment)
    started.withLock { $0.append(serve) }
    return serve
  }

  /// Starts `serve` and waits until it writes.
  func serve() async throws -> ServeProcess {
    let serve = try start()
    try await serve.becomes("writing")
    return serve
  }

  /// A port nobody listens on, below those the system gives to outgoing connections.
  static func freePort() -> Int {
    for _ in 0..<100 {
      let port = Int.random(in: 10_000..<20_000)
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      defer { close(descriptor) }
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = in_port_t(port).bigEndian
      address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
      let isFree = withUnsafePointer(to: address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
        }
      }
      if isFree { return port }
    }
    return 0
  }
}
