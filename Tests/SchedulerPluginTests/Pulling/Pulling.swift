import BoardInventory
import BuildEvents
import Foundation
import LabSupport
import Logging
import PostgresClient

@testable import SchedulerPlugin

/// The service that fetches, at work on a lab.
struct Pulling: Sendable {
  let log = LogRecorder()
  private let configuration: PostgresConfiguration
  private let book: LabFilesBook

  /// - Parameter folder: the sources' files.
  init(_ lab: TestLab, _ folder: TemporaryFolder) {
    configuration = lab.configuration
    book = LabFilesBook(
      folders: LabFolders(
        devices: [], templates: [], rules: [], producers: [folder.path, Lab.repository + "/producers"]))
  }

  /// What is wrong with the files.
  var mistakes: [String] { book.current.mistakes.map(\.description) }

  /// Fetches until the condition holds, or the deadline is over; nothing runs when this returns.
  func until(
    _ deadline: Duration = .seconds(60), _ holds: () async throws -> Bool
  ) async throws -> Bool {
    let task = start()
    do {
      let held = try await eventually(deadline, holds)
      task.cancel()
      await task.value
      return held
    } catch {
      task.cancel()
      await task.value
      throw error
    }
  }

  /// The same, where it must come to hold.
  func reaches(_ deadline: Duration = .seconds(60), _ holds: () async throws -> Bool) async throws {
    guard try await until(deadline, holds) else {
      throw LabSurprise("what was waited for did not come; log: \(log.lines.suffix(20).joined(separator: "\n"))")
    }
  }

  /// Fetches until the task is cancelled, over the network as in earnest.
  func start(crash: CrashPoints = .none) -> Task<Void, Never> {
    let service = PullService(
      configuration: configuration, book: book, wake: WakeSignal(), crash: crash, interval: .milliseconds(20),
      patience: Backoff(initial: .milliseconds(5), cap: .milliseconds(50)), logger: log.logger
    ) { place, request throws(CancellationError) in
      try await OutboundTransport(policy: .nothing, naming: place).send(request)
    }
    return Task { try? await service.run() }
  }

  /// Reads the files again.
  func reload() { _ = book.reload() }

  static let events: SQL = "SELECT count(*)::int AS count FROM boardcast.event"
  static let builds: SQL = "SELECT count(DISTINCT build_id)::int AS count FROM boardcast.event"
}

extension TestLab {
  /// How it stands with the sources.
  func pulls() async throws -> [PullReport] { try await connection.withSession { try PullReport.all($0) } }
}

/// Waits until a condition holds; throws where it does not come to.
func soon(
  _ deadline: Duration = .seconds(60), _ line: Int = #line, _ holds: () async throws -> Bool
) async throws {
  guard try await eventually(deadline, holds) else { throw LabSurprise("line \(line): it did not come") }
}
