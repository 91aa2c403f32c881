import BoardInventory
import Foundation
import LabSupport
import Matcher
import PostgresClient

/// Figures of the inventory, on LAVA's real tables in a server of its own: `make bench`.
///
/// Each is a ratio to a floor measured in the same run; the machine's speed and whatever else it does cancel out.
@main
struct Bench {
  static func main() async {
    do {
      try await run()
    } catch {
      FileHandle.standardError.write(Data("bench: \(error)\n".utf8))
      exit(1)
    }
  }

  private static func run() async throws {
    let words = CommandLine.arguments
    if let place = words.firstIndex(of: "--memory"), place + 1 < words.count {
      return try await Memory.measureHere(PostgresConfiguration(connectionString: words[place + 1]))
    }
    // Only the burst, for whoever works on it.
    let sizes =
      words.contains("--burst") ? [] : words.contains("--quick") ? [1_000, 10_000] : [1_000, 10_000, 100_000]
    let isJSON = words.contains("--json")
    var figures: [Figure] = []
    func add(_ new: [Figure]) {
      figures += new
      if !isJSON { for figure in new { say(figure.line) } }
    }
    if !isJSON { say(header) }
    let lab = try await BenchLab()
    for size in sizes {
      try await lab.fill(size)
      add(try await reading(lab, size))
      add(try await replacing(lab, size))
      add(try await Latency(lab: lab).measure(boards: size, times: size > 10_000 ? 60 : 150))
      if size == sizes.last { add(try await Memory(lab: lab).measure(boards: size)) }
      if size == 1_000 { add(try await TriggerCost(lab: lab).measure(rounds: 15)) }
    }
    add(try await Burst(lab: lab).measure(rounds: 5))
    await lab.connection.close()
    guard isJSON else { return }
    let facts: [String: Any] = ["machine": machine, "figures": figures.map(\.json)]
    let data = try JSONSerialization.data(withJSONObject: facts, options: [.prettyPrinted, .sortedKeys])
    print(String(decoding: data, as: UTF8.self))
  }

  /// At once, also into a pipe.
  private static func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

  private static func reading(_ lab: BenchLab, _ size: Int) async throws -> [Figure] {
    let rounds = size > 10_000 ? 7 : 25
    var times: [Double] = []
    var copies = try await lab.rawCopy(rounds: rounds / 2 + 1)
    for _ in 1...rounds { times.append(try await milliseconds { _ = try await lab.read() }) }
    copies += try await lab.rawCopy(rounds: rounds / 2 + 1)
    return [
      Figure(
        name: "full read, \(size) boards", unit: "ms", samples: times, floor: ("COPY of these rows", copies))
    ]
  }

  /// The part of a change that is ours alone: from a snapshot to the next, without the database.
  private static func replacing(_ lab: BenchLab, _ size: Int) async throws -> [Figure] {
    var snapshot = try await lab.read()
    var times: [Double] = []
    for round in 0..<300 {
      let board = snapshot.boards[round * 7_919 % size]
      let other = snapshot.boards[(round * 7_919 + 1) % size]
      let changed = LabBoard(board: board.board, row: other.row, description: "\(round)", isSynced: false)
      let begun = ContinuousClock.now
      snapshot = snapshot.replacing([board.board.hostname: changed])
      times.append(begun.duration(to: .now) / .milliseconds(1))
    }
    var whole: [Double] = []
    for _ in 1...5 {
      let boards = Array(snapshot.boards)
      whole.append(
        try await milliseconds { _ = LabSnapshot(boards: boards, deviceTypes: snapshot.deviceTypes, takenAt: 0) })
    }
    return [
      Figure(
        name: "one board replaced in memory, \(size) boards", unit: "ms", samples: times,
        floor: ("arranging all anew", whole))
    ]
  }

  private static var machine: String {
    let cpu = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?
      .split(separator: "\n").first { $0.hasPrefix("model name") }?.split(separator: ":").last
    let load = (try? String(contentsOfFile: "/proc/loadavg", encoding: .utf8))?.split(separator: " ").first
    return "\(ProcessInfo.processInfo.processorCount) x\(cpu ?? " unknown"), load \(load ?? "?") at the start, "
      + Date().formatted(.iso8601)
  }

  private static var header: String {
    let head = "what".padding(toLength: 52, withPad: " ", startingAt: 0)
    return "\(machine)\n\(head)    median       p99              spread  times"
  }
}
