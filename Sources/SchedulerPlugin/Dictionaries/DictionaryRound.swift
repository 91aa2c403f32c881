import Foundation
public import PostgresClient

/// Asks LAVA for a list of boards' dictionaries, two at a time and not too fast, and keeps each answer at once, so that
/// a round may be broken off anywhere and the next one goes on from there.
public struct DictionaryRound: Sendable {
  /// How far a round has come.
  public struct Progress: Hashable, Sendable {
    /// Boards that were asked for.
    public var done = 0
    /// Boards of the round.
    public let all: Int
    /// Boards of which something else is known now.
    public var changed = 0
    /// Boards for which LAVA gives nothing.
    public var failed = 0
    /// The board that was asked for last, and why LAVA gives nothing for it.
    public var last: (hostname: String, problem: String?)?

    /// Nothing done of so many boards.
    public init(all: Int) { self.all = all }

    /// The same numbers.
    public static func == (left: Self, right: Self) -> Bool {
      (left.done, left.all, left.changed, left.failed) == (right.done, right.all, right.changed, right.failed)
    }

    /// Hashes the numbers.
    public func hash(into hasher: inout Hasher) { hasher.combine([done, all, changed, failed]) }
  }

  /// How many are asked for at a time.
  static let atOnce = 2

  let lava: LAVADictionaries
  let settings: DictionarySettings

  /// A way of asking; nothing happens before `run`.
  public init(_ lava: LAVADictionaries, _ settings: DictionarySettings) {
    self.lava = lava
    self.settings = settings
  }

  /// The time of a board's dictionary file, in seconds since 1970; nil when it cannot be seen from here.
  public func fileTime(of hostname: String) -> Double? {
    guard !hostname.contains("/"), hostname.first != "." else { return nil }
    let path = "\(settings.folder)/\(hostname).jinja2"
    let date = try? FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
    return date?.timeIntervalSince1970
  }

  /// The boards that should be looked at, the longest unseen first.
  public func due(_ boards: [DictionaryStore.Board]) -> [String] {
    boards.filter { $0.isDue(fileTime: fileTime(of: $0.hostname), hours: settings.hours) }.map(\.hostname)
  }

  /// Asks for the boards and keeps the answers. Throws `LAVADictionaries.Refused` when LAVA cannot be asked, what
  /// PostgreSQL throws, or `CancellationError`; what was kept stays kept.
  ///
  /// - Parameter progress: called after each board, one call at a time.
  public func run(
    _ hostnames: [String], on connection: PostgresConnection, progress: (Progress) -> Void = { _ in }
  ) async throws -> Progress {
    var state = Progress(all: hostnames.count)
    var next = hostnames.makeIterator()
    var earliest = ContinuousClock.now
    try await withThrowingTaskGroup(of: (String, Double?, LAVADictionaries.Answer).self) { group in
      func start() async throws {
        guard let hostname = next.next() else { return }
        try await Task.sleep(until: earliest)
        earliest = .now + .seconds(1) / settings.perSecond
        // Before asking: a file that changes meanwhile is due again.
        let time = fileTime(of: hostname)
        group.addTask { (hostname, time, try await lava.ask(hostname)) }
      }
      for _ in 0..<Self.atOnce { try await start() }
      while let (hostname, time, answer) = try await group.next() {
        let changed = try await connection.withTransaction { session in
          try DictionaryStore.save(hostname, answer, fileTime: time, session)
        }
        state.done += 1
        if changed { state.changed += 1 }
        state.last = (hostname, nil)
        if case .problem(let words) = answer {
          state.failed += 1
          state.last = (hostname, words)
        }
        progress(state)
        try await start()
      }
    }
    return state
  }
}
