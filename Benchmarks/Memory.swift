import BoardInventory
import Foundation
import LabSupport
import PostgresClient

/// What a process needs that holds the snapshot: asked of one that does nothing else.
struct Memory {
  let lab: BenchLab

  func measure(boards: Int) async throws -> [Figure] {
    let program = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "bench"
    let address = "postgresql://lavaserver@127.0.0.1:\(lab.cluster.server.port)/lavaserver"
    var (held, peak): ([Double], [Double]) = ([], [])
    for _ in 1...3 {
      let output = try await Command(program, ["--memory", address]).runAside().output
      let numbers = output.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
      guard numbers.count == 2 else { throw BenchTrouble(description: "the memory's process said: \(output)") }
      held.append(numbers[0])
      peak.append(numbers[1])
    }
    return [
      Figure(name: "resident with \(boards) boards, followed and read twice", unit: "MiB", samples: held),
      Figure(name: "most resident meanwhile", unit: "MiB", samples: peak),
    ]
  }

  /// Follows the lab, reads everything again with the old snapshot still held, and prints what it needs.
  static func measureHere(_ configuration: PostgresConfiguration) async throws {
    let catalogue = try DeviceCatalogue(folders: [Lab.repository + "/devices"])
    let (swaps, swapped) = AsyncStream.makeStream(of: Void.self)
    let inventory = LiveInventory(
      configuration: configuration, catalogue: { catalogue }, rereading: .seconds(3600), logger: LAVADatabase.logger,
      onChange: { swapped.yield() })
    let running = Task { try await inventory.run() }
    var iterator = swaps.makeAsyncIterator()
    await iterator.next()
    let connection = try await PostgresConnection.connect(configuration, logger: LAVADatabase.logger)
    try await connection.withSession { session in
      // As the slow timer does, with the old snapshot in use: everything is read, hardly anything changed.
      try session.script(
        """
        UPDATE lava_scheduler_app_device SET description = 'x' || random()::text
         WHERE hostname = (SELECT min(hostname) FROM lava_scheduler_app_device);
        NOTIFY boardcast_inventory, 'all'
        """)
    }
    await iterator.next()
    print(kibibytes("VmRSS") / 1024, kibibytes("VmHWM") / 1024)
    await connection.close()
    inventory.stop()
    try await running.value
  }

  private static func kibibytes(_ name: String) -> Double {
    let lines = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8))?.split(separator: "\n") ?? []
    let line = lines.first { $0.hasPrefix(name + ":") }
    return line?.split(whereSeparator: { !$0.isNumber }).first.flatMap { Double($0) } ?? .nan
  }
}
