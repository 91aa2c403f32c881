import BoardInventory
import LabSupport
import PostgresClient
import Synchronization

/// From a change of LAVA's to the snapshot that has it, beside a bare NOTIFY from one connection to another.
struct Latency {
  let lab: BenchLab

  /// Signals what was waited for.
  private final class Bell: Sendable {
    let rings: AsyncStream<Void>
    private let rope: AsyncStream<Void>.Continuation
    init() { (rings, rope) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }
    func ring() { rope.yield() }
  }

  func measure(boards: Int, times: Int) async throws -> [Figure] {
    let (changed, heard) = (Bell(), Bell())
    let catalogue = lab.catalogue
    let inventory = LiveInventory(
      configuration: lab.cluster.configuration, catalogue: { catalogue }, rereading: .seconds(3600),
      logger: LAVADatabase.logger, onChange: { changed.ring() })
    let listener = try PostgresListener(
      configuration: lab.cluster.configuration, channels: ["bench"], logger: LAVADatabase.logger
    ) { _ in heard.ring() }
    let running = Task { try await inventory.run() }
    let listening = Task { await listener.run() }
    var (changes, heardOf) = (changed.rings.makeAsyncIterator(), heard.rings.makeAsyncIterator())
    await changes.next()
    await heardOf.next()
    let names = try await lab.connection.withSession { session in
      try session.query("SELECT hostname FROM lava_scheduler_app_device ORDER BY hashtext(hostname) LIMIT 50")
        .map { try $0.string("hostname") }
    }
    var (swaps, notifies): ([Double], [Double]) = ([], [])
    for round in 0..<times {
      let begun = ContinuousClock.now
      try await lab.connection.withSession { _ = try $0.query("SELECT pg_notify('bench', 'x')") }
      await heardOf.next()
      notifies.append(begun.duration(to: .now) / .milliseconds(1))
      let update = ContinuousClock.now
      try await lab.connection.withSession { session in
        _ = try session.execute(
          "UPDATE lava_scheduler_app_device SET state = 1 - state WHERE hostname = $1",
          [.text(names[round % names.count])])
      }
      await changes.next()
      swaps.append(update.duration(to: .now) / .milliseconds(1))
      // Past the pause in which changes are gathered, so that the next one is read at once like this one.
      try await Task.sleep(for: .milliseconds(35))
    }
    inventory.stop()
    listener.stop()
    try await running.value
    await listening.value
    return [
      Figure(
        name: "one change to the snapshot, \(boards) boards", unit: "ms", samples: swaps,
        floor: ("a bare NOTIFY", notifies))
    ]
  }
}
