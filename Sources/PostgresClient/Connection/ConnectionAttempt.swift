internal import CLibPQ
internal import Glibc

/// Makes one connection, blocking, with a time limit per host and a way to give up early.
///
/// Built on `PQconnectStartParams` rather than `PQconnectdbParams`, because only there the verbosity can be set before
/// the server answers, and with it comes the SQLSTATE of a refusal; the text alone is localised.
struct ConnectionAttempt: Sendable {
  let configuration: PostgresConfiguration
  /// A descriptor that becomes readable when the attempt shall be given up; -1 for none.
  var wakeDescriptor: Int32 = -1
  /// Asked at least every 100 ms.
  var isGivenUp: @Sendable () -> Bool = { false }

  private static let tick: Int32 = 100

  /// Connects, or throws `.connectionFailed`, `.authenticationFailed`, `.invalidConfiguration` or `.cancelled`.
  ///
  /// The caller owns the connection and must call `PQfinish`.
  func run() throws(PostgresError) -> OpaquePointer {
    var keywords = configuration.keywords
    var hosts = HostList(keywords)
    var timedOut: [String] = []
    while true {
      let connection = try start(keywords)
      guard let silent = try finish(connection) else { return connection }
      PQfinish(connection)
      timedOut.append("no answer from \(silent) within \(configuration.connectTimeout)")
      guard hosts.advance(past: silent, in: &keywords) else {
        throw PostgresError(.connectionFailed, timedOut.joined(separator: "; "))
      }
    }
  }

  private func start(_ keywords: [String: String]) throws(PostgresError) -> OpaquePointer {
    let sorted = keywords.sorted { $0.key < $1.key }
    let names = CStringArray(sorted.map(\.key))
    let values = CStringArray(sorted.map(\.value))
    guard let connection = PQconnectStartParams(names.pointers, values.pointers, 0) else {
      throw PostgresError(.connectionFailed, "libpq has no memory for a connection")
    }
    PQsetErrorVerbosity(connection, PQERRORS_VERBOSE)
    return connection
  }

  /// Drives the connection until it stands. Returns the host that did not answer in time, nil if all is well.
  ///
  /// On a throw the connection is freed.
  private func finish(_ connection: OpaquePointer) throws(PostgresError) -> HostList.Host? {
    if PQstatus(connection) == CONNECTION_BAD { throw fail(connection) }
    let clock = ContinuousClock()
    var host = HostList.Host(connection)
    var deadline = clock.now + configuration.connectTimeout
    var direction = PGRES_POLLING_WRITING
    while true {
      if PQsocket(connection) >= 0, !wait(connection, direction) {
        if isGivenUp() {
          PQfinish(connection)
          throw Operation.cancelled
        }
        if clock.now >= deadline { return host }
        continue
      }
      direction = PQconnectPoll(connection)
      if direction == PGRES_POLLING_OK {
        PQsetErrorVerbosity(connection, PQERRORS_DEFAULT)
        return nil
      }
      if direction == PGRES_POLLING_FAILED { throw fail(connection) }
      let current = HostList.Host(connection)
      if current != host {
        host = current
        deadline = clock.now + configuration.connectTimeout
      }
    }
  }

  /// Waits for the socket for one tick; true if it is ready. The socket may be another one each time.
  private func wait(_ connection: OpaquePointer, _ direction: PostgresPollingStatusType) -> Bool {
    let events = Int16(direction == PGRES_POLLING_READING ? POLLIN : POLLOUT)
    var descriptors = [pollfd(fd: PQsocket(connection), events: events, revents: 0)]
    if wakeDescriptor >= 0 { descriptors.append(pollfd(fd: wakeDescriptor, events: Int16(POLLIN), revents: 0)) }
    let limit = min(Self.tick, max(1, configuration.connectTimeout.wholeMilliseconds))
    return poll(&descriptors, nfds_t(descriptors.count), limit) > 0 && descriptors[0].revents != 0
  }

  /// Reads the failure and frees the connection.
  private func fail(_ connection: OpaquePointer) -> PostgresError {
    let text = PQerrorMessage(connection).map { String(cString: $0) } ?? ""
    let needsPassword = PQconnectionNeedsPassword(connection) == 1
    PQfinish(connection)
    return ConnectionRefusal(text, needsPassword: needsPassword).error
  }
}

/// Strings for C, freed with this object.
final class CStringArray {
  let pointers: UnsafeMutablePointer<UnsafePointer<CChar>?>
  private let count: Int

  init(_ strings: [String]) {
    count = strings.count
    pointers = .allocate(capacity: count + 1)
    for (index, string) in strings.enumerated() {
      pointers.advanced(by: index).initialize(to: UnsafePointer(strdup(string)))
    }
    pointers.advanced(by: count).initialize(to: nil)
  }

  deinit {
    for index in 0..<count { free(UnsafeMutablePointer(mutating: pointers[index])) }
    pointers.deallocate()
  }
}
