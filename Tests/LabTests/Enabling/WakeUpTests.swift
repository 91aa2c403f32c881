import BoardInventory
import BuildEvents
import Foundation
import LabSupport
import PostgresClient
import Testing

extension LabItself {
  /// Protects people's time: LAVA's own scheduler takes our jobs at once where LAVA's events are on, and whoever listens to
  /// them hears of our jobs. On a whole lab that sends events (`scripts/lab up --events`).
  @Suite(.enabled(if: LabEvents.areOn), .serialized, .timeLimit(.minutes(6))) struct WakeUpTests {
    @Test func theSchedulerWakesAndListenersHear() async throws {
      let lab = try Lab.current.get()
      let boards = RealBoards(lab: lab)
      let database = try PostgresConfiguration(connectionString: lab["BOARDCAST_LAB_URL"])
      let enable = try await Program.boardcast(["enable", "--database", database.connectionString])
      try #require(enable.status == 0, "\(enable.complaint)")
      try await boards.register()
      do {
        try await ServePlace.with(database) { place in
          let settings = try lab["BOARDCAST_LAB_JSON_SETTINGS"]
          let deaf = try await waits(boards, place, "deaf", [:])
          let listener = try Listener(lab: lab, folder: place.folder)
          defer { listener.end() }
          try await eventually("the listener listens") { listener.heard.contains("listening") }
          let heard = try await waits(boards, place, "heard", ["LAVA_JSON_SETTINGS": settings])
          print(
            "WakeUpTests, LAVA \(try lab["BOARDCAST_LAB_LAVA"]): queued to scheduled in "
              + "\(deaf.map(\.seconds)) s without LAVA's event, \(heard.map(\.seconds)) s with it")
          for job in heard {
            #expect(job.seconds < 10, "the scheduler looks by itself every 20 s")
            try await eventually("a listener hears of job \(job.id); heard: \(listener.heard)") {
              listener.heard.contains("org.lavasoftware.testjob Submitted \(job.id) ")
            }
          }
        }
      } catch {
        try? await boards.retire()
        throw error
      }
      try await boards.retire()
    }

    private struct Wait {
      let id: Int
      let seconds: Double
    }

    /// How long the jobs of one event stand in LAVA's queue until its scheduler takes them.
    private func waits(
      _ boards: RealBoards, _ place: ServePlace, _ build: String, _ environment: [String: String]
    ) async throws -> [Wait] {
      let lab = boards.lab
      let serve = try place.start(environment: environment.isEmpty ? ["LAVA_JSON_SETTINGS": "e30="] : environment)
      try await serve.becomes("writing")
      let producer = Producer(url: serve.url, token: try lab["BOARDCAST_LAB_TOKEN"])
      let event = nanoEvent(boards.build(build), images: try lab["BOARDCAST_LAB_IMAGES_URL"])
      let id = try #require(try await producer.send(event).id)
      let connection = try await PostgresConnection.connect(place.database, logger: LAVADatabase.logger)
      let mine = boards.ready
      let found = try await eventually("the scheduler takes the jobs; log: \(serve.log)") {
        let waits = try await connection.withSession { session in
          try session.query(Self.taken, [.int8(id), .textArray(mine)]).map {
            Wait(id: try $0.int("id"), seconds: (try $0.double("seconds") * 100).rounded() / 100)
          }
        }
        return waits.count == mine.count ? waits : nil
      }
      // The boards must be idle again before the next round.
      try await eventually("the jobs are over", within: .seconds(240)) {
        try await connection.withSession { session in
          try session.query(Self.over, [.int8(id), .textArray(mine)]).only { try $0.int("count") }
        } == mine.count
      }
      await connection.close()
      #expect(try await serve.terminate() == 0)
      return found
    }

    /// LAVA writes no time of scheduling; a look every 20 ms is exact enough.
    private static let taken: SQL = """
      SELECT j.id, extract(epoch FROM clock_timestamp() - j.submit_time)::float8 AS seconds
        FROM boardcast.assignment a JOIN lava_scheduler_app_testjob j ON j.id = a.job_id
       WHERE a.event_id = $1 AND a.board = ANY ($2::text[]) AND j.state > 0
      """

    private static let over: SQL = """
      SELECT count(*)::int AS count
        FROM boardcast.assignment a JOIN lava_scheduler_app_testjob j ON j.id = a.job_id
       WHERE a.event_id = $1 AND a.board = ANY ($2::text[]) AND j.state = 5
      """
  }
}

/// Somebody who listens to LAVA's events, as `lavacli events listen` does: LAVA's own Python with a SUB socket.
private final class Listener: Sendable {
  private let process: Process
  private let file: URL

  var heard: String { (try? String(contentsOf: file, encoding: .utf8)) ?? "" }

  init(lab: Lab, folder: TemporaryFolder) throws {
    let text = try lab["BOARDCAST_LAB_JSON_SETTINGS"]
    let settings = try JSONValue.parse(Array(try #require(Data(base64Encoded: text))))
    let address = try #require(settings["EVENT_SOCKET"]?.stringValue)
    file = URL(fileURLWithPath: folder.path + "/heard")
    try Data().write(to: file)
    process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/sbin/chroot")
    process.arguments = [try lab["BOARDCAST_LAVA_ROOT"], "/usr/bin/python3", "-u", "-c", Self.script, address]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: file)
    process.standardError = try FileHandle(forWritingTo: file)
    try ProgramStart.run(process)
  }

  /// It may have inherited blocked signals.
  func end() { kill(process.processIdentifier, SIGKILL) }

  private static let script = """
    import json, sys, zmq
    socket = zmq.Context.instance().socket(zmq.SUB)
    socket.setsockopt(zmq.SUBSCRIBE, b"")
    socket.connect(sys.argv[1])
    print("listening")
    while True:
        topic, _, _, user, data = [frame.decode() for frame in socket.recv_multipart()]
        data = json.loads(data)
        print(topic, data.get("state"), data.get("job"), user, data.get("description"))
    """
}

enum LabEvents {
  /// Whether LAVA sends its events in the lab of the environment.
  static let areOn: Bool = {
    guard Lab.isWholeInEnvironment, let lab = try? Lab.current.get(),
      let text = lab.variables["BOARDCAST_LAB_JSON_SETTINGS"], let data = Data(base64Encoded: text),
      let settings = try? JSONValue.parse(Array(data))
    else { return false }
    if settings["EVENT_NOTIFICATION"] == true { return true }
    print("SKIPPED: LAVA's events are off in this lab; scripts/lab up --events")
    return false
  }()
}
