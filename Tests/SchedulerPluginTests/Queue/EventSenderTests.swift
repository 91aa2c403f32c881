import BuildEvents
import Foundation
import LAVAEvents
import LabSupport
import Testing

/// Protects the writer from LAVA's publisher: whatever that does, sending returns at once, and what is lost is counted
/// and told once.
@Suite("A publisher that is down or slow", .timeLimit(.minutes(1)))
struct EventSenderTests {
  private static func event(_ job: Int64) -> TestJobEvent {
    TestJobEvent(
      job: job, description: "smoke", priority: 50, submitted: 1_700_000_000_000_000, submitter: "ci-bot",
      deviceType: "qemu")
  }

  /// Runs a sender, gives it events twice, and returns what it logged.
  private func lose(at socket: String) async throws -> (counts: EventSender.Counts, warnings: [String], owes: Bool) {
    let log = LogRecorder()
    let sender = EventSender(
      settings: EventSettings(isOn: true, socket: socket), patience: .milliseconds(50), logger: log.logger)
    #expect(sender.takeDebt(), "at the start nobody knows what an earlier process failed to tell")
    let running = Task { await sender.run() }
    for round in 1...2 {
      let before = ContinuousClock.now
      sender.send((1...3).map(Self.event), offset: false)
      #expect(ContinuousClock.now - before < .seconds(1), "whoever sends does not wait")
      #expect(await eventually { sender.counts.lost == 3 * round })
    }
    sender.stop()
    await running.value
    return (sender.counts, log.lines.filter { $0.hasPrefix("warning") }, sender.takeDebt())
  }

  @Test func aPublisherThatIsNotThere() async throws {
    let folder = try TemporaryFolder()
    let outcome = try await lose(at: "ipc://\(folder.path)/nobody")
    #expect(outcome.counts.sent == 0)
    #expect(outcome.counts.problem?.contains("there is no \(folder.path)/nobody; start lava-publisher") == true)
    #expect(outcome.warnings.count == 1, "the second loss within a minute is only counted: \(outcome.warnings)")
    #expect(outcome.warnings.first?.contains("there is no") == true, "\(outcome.warnings)")
    #expect(!outcome.owes, "a debt is paid every 20 s at most")
  }

  /// A socket whose owner never answers: to libzmq nobody is connected then.
  @Test func aPublisherThatDoesNotAnswer() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/silent"
    let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
    let bound = withUnsafePointer(to: address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    try #require(bound == 0 && listen(descriptor, 8) == 0)
    let outcome = try await lose(at: "ipc://\(path)")
    #expect(outcome.counts.sent == 0 && outcome.counts.lost == 6)
    #expect(outcome.counts.problem?.contains("takes nothing") == true, "\(outcome.counts.problem ?? "-")")
  }

  @Test func anAddressThatIsNone() async throws {
    let outcome = try await lose(at: "carrier-pigeon://roof")
    #expect(outcome.counts.problem?.contains("carrier-pigeon://roof") == true, "\(outcome.counts.problem ?? "-")")
  }

  @Test func whatIsGivenIsJSONThatLAVAKnows() {
    let json = Self.event(7).json.canonical
    #expect(
      json
        == #"{"description":"smoke","device_type":"qemu","health":"Unknown","health_check":false,"job":7,"priority":50,"#
        + #""state":"Submitted","submit_time":"2023-11-14T22:13:20+00:00","submitter":"ci-bot"}"#)
  }
}
