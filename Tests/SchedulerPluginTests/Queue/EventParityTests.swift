import BuildEvents
import Foundation
import LAVAEvents
import LabSupport
import PostgresClient
import Testing

@testable import SchedulerPlugin

/// Protects LAVA's listeners: what we send for a job of ours is what LAVA's own handler sends for the same row. LAVA's
/// Python takes both in, frame by frame.
@Suite("LAVA's events about our jobs")
struct EventParityTests {
  private struct Pair: Decodable {
    let ours: [String]
    let theirs: [String]
  }

  @Test(
    "Our frames are LAVA's, in both generations", .timeLimit(.minutes(4)),
    arguments: ["2023.01", "2026.10"].filter { LAVACluster.root($0) != nil })
  func parity(generation: String) async throws {
    let cluster = try await LAVACluster(generation: generation)
    try await cluster.enable()
    let connection = try await PostgresConnection.connect(cluster.configuration, logger: LAVADatabase.logger)
    let lab = TestLab(configuration: cluster.configuration, connection: connection, files: Example.shippedFiles())
    let boards = ["q1", "q2", "q3"]
    try await connection.withTransaction { session in
      try LAVARows.addDeviceType("qemu", session)
      try LAVARows.addWorker("rack", session)
      for board in boards { try LAVARows.addDevice(board, type: "qemu", worker: "rack", session) }
    }
    try await lab.send()
    try await lab.send(["build_id": "18", "image_family": "nano"], from: "admin")

    let folder = try LabSupport.TemporaryFolder()
    let words = try await cluster.manage(["shell"], generation: generation, folder: folder)
    let script = "COUNT = \(boards.count)\n" + Self.script
    async let python = Command(words[0], Array(words.dropFirst()), input: Data(script.utf8)).runAside()

    let settings = EventSettings(isOn: true, socket: "ipc://\(folder.path)/ours.sock")
    let events = EventSender(settings: settings, patience: .seconds(90), logger: LAVADatabase.logger)
    let running = Task { await events.run() }
    let report = try await lab.pass(events: events)
    #expect(report.queued == boards.count, "one job for each board; the second build waits")
    let outcome = try await python
    events.stop()
    await running.value
    #expect(events.counts == EventSender.Counts(sent: boards.count))
    await connection.close()

    try #require(outcome.status == 0, "\(outcome.complaint.suffix(2_000))")
    let line = try #require(outcome.output.split(separator: "\n").last { $0.hasPrefix("[") })
    let pairs = try JSONDecoder().decode([Pair].self, from: Data(line.utf8))
    #expect(pairs.count == boards.count)
    for pair in pairs { try compare(pair) }
    print("EventParityTests: \(pairs.count) events of LAVA \(generation) compared, 5 frames each")
  }

  private func compare(_ pair: Pair) throws {
    try #require(pair.ours.count == 5 && pair.theirs.count == 5)
    #expect(pair.ours[0] == pair.theirs[0], "topic")
    #expect(pair.ours[3] == pair.theirs[3], "user")
    // The id and the time are of the moment; their form is not.
    #expect(Self.form(pair.ours[1]) == Self.form(pair.theirs[1]), "\(pair.ours[1]) and \(pair.theirs[1])")
    #expect(Self.form(pair.ours[2]) == Self.form(pair.theirs[2]), "\(pair.ours[2]) and \(pair.theirs[2])")
    let (ours, theirs) = (try parse(pair.ours[4]), try parse(pair.theirs[4]))
    #expect(ours == theirs, "\(ours.canonical) and \(theirs.canonical)")
  }

  private func parse(_ text: String) throws -> JSONValue { try JSONValue.parse(Array(text.utf8)) }

  /// Digits as 0, but for a UUID's version, which stands at place 14; letters of hexadecimal numbers too.
  private static func form(_ text: String) -> String {
    let isID = text.count == 36
    return String(
      text.enumerated().map { place, letter in
        if isID, place == 14 { return letter }
        return letter.isNumber || (isID && "abcdef".contains(letter)) ? "0" : letter
      })
  }

  /// Takes our events in, then lets LAVA's handler tell of the same rows.
  private static let script = """
    import json, os, zmq
    from django.conf import settings
    settings.INTERNAL_EVENT_SOCKET = "ipc:///lab/lava.sock"
    from lava_scheduler_app.models import TestJob
    from lava_scheduler_app.signals import testjob_post_handler
    context = zmq.Context.instance()
    def pull(name):
        socket = context.socket(zmq.PULL)
        socket.setsockopt(zmq.RCVTIMEO, 100000)
        socket.bind("ipc:///lab/" + name)
        os.chmod("/lab/" + name, 0o777)
        return socket

    ours, theirs = pull("ours.sock"), pull("lava.sock")
    def pair():
        mine = [frame.decode() for frame in ours.recv_multipart()]
        job = TestJob.objects.get(id=json.loads(mine[4])["job"])
        job._old_health, job._old_state = job.health, job.state
        testjob_post_handler(sender=TestJob, instance=job)
        return {"ours": mine, "theirs": [frame.decode() for frame in theirs.recv_multipart()]}

    print(json.dumps([pair() for _ in range(COUNT)]))

    """
}
