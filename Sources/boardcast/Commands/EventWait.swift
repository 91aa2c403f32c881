import ArgumentParser
import AsyncHTTPClient
import BuildEvents
import Foundation
import NIOCore
import NIOHTTP1

/// Waits for an event's jobs, says on standard error how far they are, and ends as they ended.
struct EventWait {
  let address: String
  let token: String
  let id: Int64
  let timeout: Duration
  /// Boards that are away are neither waited for nor counted.
  let skipsAway: Bool
  let output: OutputOptions

  /// How many boards are in which state; boards that got nothing do not count.
  struct Count: Hashable {
    var states: [String: Int] = [:]
    var passed = 0
    /// Boards that are away and not counted.
    var away = 0

    /// The reasons of boards that are not there, for as long as nobody brings them back.
    private static let absences = ["maintenance", "bad", "looping", "offline", "hidden"]

    init(_ report: JSONValue, skipsAway: Bool) {
      for line in report["boards"]?.arrayValue ?? [] {
        guard let state = line["state"]?.stringValue, state != "none" else { continue }
        let reasons = line["reasons"]?.arrayValue?.compactMap { $0["code"]?.stringValue } ?? []
        if skipsAway, state == "waiting", reasons.contains(where: Self.absences.contains) {
          away += 1
          continue
        }
        states[state, default: 0] += 1
        if state == "finished", line["outcome"]?.stringValue == "Complete" { passed += 1 }
      }
    }

    var total: Int { states.values.reduce(0, +) }
    var isOpen: Bool { ["waiting", "queued", "running"].contains { states[$0] != nil } }

    var description: String {
      let order = ["waiting", "queued", "running", "finished", "expired", "superseded", "cancelled", "refused"]
      let parts = order.compactMap { state in states[state].map { "\($0) \(state)" } }
      let rest = (passed > 0 ? ", \(passed) complete" : "") + (away > 0 ? ", \(away) away" : "")
      return (parts.isEmpty ? "no board yet" : parts.joined(separator: ", ")) + rest
    }
  }

  func run() async throws {
    let progress = ProgressLine()
    let end = ContinuousClock.now + timeout
    var shown: Count?
    while true {
      guard ContinuousClock.now < end else {
        progress.end()
        throw CommandRefusal("event \(id) is not over yet; 'boardcast events show \(id)' tells more")
      }
      guard let report = try await ask(progress) else { continue }
      let count = Count(report, skipsAway: skipsAway)
      if count != shown {
        progress.show("event \(id): \(count.description)", deservesLine: true)
        shown = count
      }
      let state = report["state"]?.stringValue
      guard state == "kept" || (state == "decided" && !count.isOpen) else { continue }
      progress.end()
      try conclude(report, count)
      return
    }
  }

  /// One long question; nil when there was no good answer, which a restart of serve explains.
  private func ask(_ progress: ProgressLine) async throws -> JSONValue? {
    var request = HTTPClientRequest(url: "\(address)/api/v1/events/\(id)?wait=30")
    request.headers.add(name: "Authorization", value: "Token \(token)")
    do {
      let (status, body) = try await HTTPClient.withHTTPClient(configuration: .oneAttempt) { [request] client in
        let response = try await client.execute(request, timeout: .seconds(60))
        return (response.status.code, Array(buffer: try await response.body.collect(upTo: 64 << 20)))
      }
      if (400..<500).contains(status) { throw CommandRefusal("event \(id) cannot be seen: HTTP \(status)") }
      if status == 200 { return try JSONValue.parse(body, limits: Limits(bytes: 64 << 20, members: 10_000_000)) }
    } catch let refusal as CommandRefusal {
      throw refusal
    } catch is EventRefusal {
      throw CommandRefusal("\(address) gave an answer that is not Boardcast's")
    } catch {
      progress.show("\(address) does not answer; asking again")
    }
    try await Task.sleep(for: .seconds(2))
    return nil
  }

  private func conclude(_ report: JSONValue, _ count: Count) throws {
    output.print(report) {
      var table = Table("RULE", "BOARD", "STATE", "JOB", "OUTCOME")
      for line in report["boards"]?.arrayValue ?? [] where line["state"]?.stringValue != "none" {
        table.add(
          line["rule"]?.stringValue ?? "-", line["board"]?.stringValue ?? "-", line["state"]?.stringValue ?? "-",
          line["job_id"]?.canonical ?? "-", line["outcome"]?.stringValue ?? "-")
      }
      table.print()
      if count.total == 0 {
        print(
          count.away > 0 ? "all \(count.away) boards of event \(id) are away" : "no rule gave event \(id) to a board")
      }
    }
    guard count.total > 0, count.passed == count.total else { throw ExitCode(3) }
  }
}
