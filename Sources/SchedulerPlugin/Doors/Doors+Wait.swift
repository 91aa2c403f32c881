import BuildEvents
import Hummingbird
import PostgresClient

extension Doors {
  /// Waits until all is over for an event, or `?wait=SECONDS` (60 at most) have passed. What it looks at is small and
  /// read twice a second, on a connection of the pool that is given back in between.
  func waitUntilOver(_ id: Int64, _ request: Request) async throws {
    guard let seconds = request.uri.queryParameters["wait"].flatMap({ Int($0) }), seconds > 0 else { return }
    let end = ContinuousClock.now + .seconds(min(seconds, 60))
    while ContinuousClock.now < end {
      let isOpen = try await database(readOnly: true) { session in
        try session.query(WaitSQL.open, [.int8(id)]).first { try $0.bool("open") } ?? false
      }
      guard isOpen else { return }
      try await Task.sleep(for: .milliseconds(500))
    }
  }
}

private enum WaitSQL {
  /// Whether something of an event is still to come.
  static let open: SQL = """
    SELECT e.state = 'accepted' OR EXISTS
             (SELECT FROM boardcast.assignment a
               WHERE a.event_id = e.id AND a.state IN ('waiting', 'queued', 'running')) AS open
      FROM boardcast.event e WHERE e.id = $1
    """
}
