import BuildEvents
import Hummingbird
import LabSupport
import PostgresClient
import ServiceLifecycle
import Testing

@testable import SchedulerPlugin

/// Protects whoever gates on the boards: told once all is over, whatever the receiver and this process go through.
@Suite("Callbacks: the service", .timeLimit(.minutes(2)))
struct CallbackServiceTests {
  static let secret = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"

  private let folder: TemporaryFolder
  private let senders: PlainSenders
  init() throws {
    folder = try TemporaryFolder([
      "bot.secret": Self.secret + "\n",
      "config.yaml": "senders: [{user: ci-bot, callback_secret_file: bot.secret}]\n",
    ])
    senders = try Configuration.read(folder: folder.path, shipped: folder.path).senders
  }

  private func order(_ port: Int, _ path: String = "/hook", eachJob: Bool = false, host: String = "127.0.0.1") throws
    -> EventTerms
  {
    EventTerms(
      callback: CallbackOrder(
        url: try OutboundURL("http://\(host):\(port)\(path)?token=sekret"), eachJob: eachJob, signer: .user("ci-bot"),
        isByLab: false))
  }

  /// Runs the service until the condition holds.
  private func serve(
    _ lab: TestLab, _ policy: String = "{hosts: ['127.0.0.1:*', '*.test:*'], private: [127.0.0.0/8]}",
    limits: OutboundLimits = OutboundLimits(total: .seconds(10)), resolver: AddressResolver = .system,
    until holds: () async throws -> Bool
  ) async throws {
    let recorder = LogRecorder()
    let service = CallbackService(
      configuration: lab.configuration, book: LabFilesBook(folders: LabFolders(devices: [], templates: [], rules: [])),
      senders: senders,
      client: OutboundClient(
        policy: try OutboundPolicyTests.policy("outbound: \(policy)\n"), limits: limits, resolver: resolver),
      interval: .milliseconds(5), patience: Backoff(initial: .milliseconds(5), cap: .milliseconds(20)),
      logger: recorder.logger)
    let group = ServiceGroup(services: [service], logger: LAVADatabase.logger)
    let running = Task { try await group.run() }
    let held = try await eventually(.seconds(60)) { try await holds() }
    let left = try await rows(lab)
    #expect(held, "\(left); \(recorder.lines)")
    await group.triggerGracefulShutdown()
    try await running.value
    #expect(!recorder.lines.joined().contains("sekret"), "a URL's query stands in the log")
  }

  private func rows(_ lab: TestLab, _ event: Int64 = 1) async throws -> [CallbackRow] {
    try await lab.connection.withSession { try CallbackRow.read(event, $0) }
  }

  private func states(_ lab: TestLab, _ events: Int64...) async throws -> [String] {
    try await all(lab, events).map(\.state)
  }

  private func attempts(_ lab: TestLab, _ events: Int64...) async throws -> [Int] {
    try await all(lab, events).map(\.attempts)
  }

  private func all(_ lab: TestLab, _ events: [Int64]) async throws -> [CallbackRow] {
    var all: [CallbackRow] = []
    for event in events.isEmpty ? [1] : events { all += try await rows(lab, event) }
    return all
  }

  private static func end(_ lab: TestLab) async throws {
    try await lab.change(
      "UPDATE lava_scheduler_app_testjob SET state = 5, health = 1, start_time = now(), end_time = now()")
    try await lab.pass()
  }

  @Test("Nothing before the end; then each job once and the event once, signed, with what the event's page says")
  func wholeWay() async throws {
    let receiver = Receiver.patient
    try await receiver.listen { port in
      try await TestLab.with { lab in
        let id = try await lab.send(terms: try order(port, eachJob: true))
        try await lab.pass()
        try await serve(lab) { try await rows(lab).isEmpty }
        #expect(receiver.messages.isEmpty)
        try await Self.end(lab)
        try await serve(lab) { try await states(lab) == ["sent", "sent", "sent"] }
        try await serve(lab) { true }
        let messages = receiver.messages
        #expect(messages.count == 3 && Set(messages.map(\.id)).count == 3)
        for message in messages {
          #expect(message.headers["content-type"] == "application/cloudevents+json")
          #expect(message.json["specversion"] == "1.0" && message.json["id"]?.stringValue == message.id)
          let verdicts = try await CallbackSecretTests.verdicts(
            message.headers, body: message.body, secrets: [Self.secret, "another"])
          #expect(verdicts == ["True", "False"])
        }
        let over = try #require(messages.first { $0.json["type"] == "org.boardcast.event.over" })
        #expect(over.json["data"]?["id"] == .int(id) && over.json["data"]?["state"] == "decided")
        let boards = over.json["data"]?["boards"]?.arrayValue ?? []
        #expect(boards.map { $0["outcome"] } == ["Complete", "Complete"], "\(over.json)")
        let jobs = messages.filter { $0.json["type"] == "org.boardcast.job.over" }
        #expect(Set(jobs.compactMap { $0.json["data"]?["job"]?["board"]?.stringValue }) == ["qemu-01", "qemu-02"])
        #expect(jobs.allSatisfy { $0.json["data"]?["event"]?["id"] == .int(id) })
        let report = try await lab.connection.withTransaction(.repeatableRead) {
          try EventReport.read(id, catalogue: lab.files.catalogue, $0)
        }
        let told = try #require(report?.json)
        #expect(told["callbacks"]?.arrayValue?.count == 3 && !told.canonical.contains("sekret"))
      }
    }
  }

  @Test("A receiver that fails, or takes too long, is asked again with the same id until it takes it")
  func again() async throws {
    let receiver = Receiver { receiver, path, place in
      if path == "/slow", place == 1 { try await receiver.stall() }
      return Response(status: place < 3 && path == "/broken" ? .internalServerError : .ok)
    }
    try await receiver.listen { port in
      try await TestLab.with(boards: []) { lab in
        try await lab.send(["build_id": "1"], terms: try order(port, "/broken"))
        try await lab.send(["build_id": "2"], terms: try order(port, "/slow"))
        try await lab.pass()
        try await serve(lab, limits: OutboundLimits(total: .milliseconds(500))) {
          try await states(lab, 1, 2) == ["sent", "sent"]
        }
        let broken = receiver.messages("/broken")
        #expect(broken.count == 3 && Set(broken.map(\.id)).count == 1)
        #expect(Set(receiver.messages("/slow").map(\.id)).count == 1)
        #expect(try await rows(lab).first?.attempts == 3)
      }
    }
  }

  @Test("Gone, redirected to inside, or not allowed any more: given up at once, and said")
  func givenUp() async throws {
    let receiver = Receiver { _, path, _ in
      switch path {
      case "/gone": Response(status: .gone)
      case "/inside": Response(status: .temporaryRedirect, headers: [.location: "/secret"])
      default: Response(status: .ok)
      }
    }
    try await receiver.listen { port in
      try await TestLab.with(boards: []) { lab in
        try await lab.send(["build_id": "1"], terms: try order(port, "/gone"))
        try await lab.send(["build_id": "2"], terms: try order(port, "/inside"))
        try await lab.send(["build_id": "3"], terms: try order(port, host: "moved.test"))
        try await lab.send(["build_id": "4"], terms: try order(port, host: "elsewhere.example"))
        try await lab.pass()
        let resolver = AddressResolver { _ in IPAddress("10.0.0.1").map { [$0] } ?? [] }
        try await serve(lab, resolver: resolver) {
          try await states(lab, 1, 2, 3, 4) == Array(repeating: "given_up", count: 4)
        }
        #expect(receiver.messages.map(\.path).sorted() == ["/gone", "/inside"])
        let words = try await all(lab, [1, 2, 3, 4]).map { $0.problem ?? "" }
        #expect(words[0].contains("HTTP 410") && words[1].contains("redirect"))
        #expect(words[2].contains("10.0.0.1, which is no public address") && words[3].contains("'elsewhere.example'"))
        let counts = try await lab.connection.withSession { try CallbackCounts.read($0) }
        #expect(counts?.givenUp == 4 && counts?.waiting == 0)
      }
    }
  }

  @Test("After a day it is given up; a secret that is gone is waited for as long")
  func aDay() async throws {
    let receiver = Receiver { _, _, _ in Response(status: .serviceUnavailable) }
    try await receiver.listen { port in
      try await TestLab.with(boards: []) { lab in
        try await lab.send(["build_id": "1"], terms: try order(port))
        var unsigned = try order(port, "/unsigned")
        unsigned.callback = unsigned.callback.map {
          CallbackOrder(url: $0.url, eachJob: false, signer: .user("nobody"), isByLab: false)
        }
        try await lab.send(["build_id": "2"], terms: unsigned)
        try await lab.pass()
        try await serve(lab) {
          let tries = try await attempts(lab, 1, 2)
          return tries.count == 2 && tries.allSatisfy { $0 > 1 }
        }
        #expect(try await rows(lab, 2).first?.problem == "the secret that signs it cannot be read")
        try await lab.change("UPDATE boardcast.callback SET created_at = now() - interval '25 hours'")
        try await serve(lab) { try await states(lab, 1, 2) == ["given_up", "given_up"] }
        #expect(try await rows(lab).first?.problem == "the receiver answers HTTP 503, for a day")
        #expect(receiver.messages("/unsigned").isEmpty)
      }
    }
  }

  @Test("A receiver that never answers holds up its own host's callbacks and no other's")
  func slow() async throws {
    let receiver = Receiver { receiver, path, _ in
      if path == "/slow" { try await receiver.stall() }
      return Response(status: .ok)
    }
    try await receiver.listen { port in
      try await TestLab.with(boards: []) { lab in
        for build in 1...6 { try await lab.send(["build_id": .string("\(build)")], terms: try order(port, "/slow")) }
        try await lab.send(["build_id": "7"], terms: try order(port, "/quick", host: "quick.test"))
        try await lab.pass()
        let resolver = AddressResolver { _ in IPAddress("127.0.0.1").map { [$0] } ?? [] }
        try await serve(lab, limits: OutboundLimits(total: .seconds(60)), resolver: resolver) {
          let sent = try await states(lab, 7) == ["sent"]
          return sent && receiver.messages("/slow").count == 2
        }
        #expect(receiver.messages("/slow").count == 2)
      }
    }
  }

  @Test("One process sends at a time; when it ends in the middle another goes on, with the same id")
  func handedOver() async throws {
    let receiver = Receiver { receiver, _, place in
      if place == 1 { try await receiver.stall() }
      return Response(status: .ok)
    }
    try await receiver.listen { port in
      try await TestLab.with(boards: []) { lab in
        try await lab.send(terms: try order(port))
        try await lab.pass()
        try await serve(lab, limits: OutboundLimits(total: .seconds(60))) {
          guard receiver.messages.count == 1 else { return false }
          // The first still waits for an answer and holds the lock.
          let free = try await lab.connection.withSession {
            try $0.query(CallbackSQL.lock).only { try $0.bool("taken") }
          }
          #expect(!free)
          return true
        }
        #expect(try await states(lab) == ["waiting"])
        try await serve(lab) { try await states(lab) == ["sent"] }
        #expect(receiver.messages.count == 2 && Set(receiver.messages.map(\.id)).count == 1)
      }
    }
  }

  @Test("An event that is decided again is over again, and its end told once; new jobs are told of")
  func retried() async throws {
    let receiver = Receiver.patient
    try await receiver.listen { port in
      try await TestLab.with(boards: ["qemu-01"]) { lab in
        let id = try await lab.send(terms: try order(port, eachJob: true))
        try await lab.pass()
        try await Self.end(lab)
        try await serve(lab) { try await states(lab) == ["sent", "sent"] }
        try await lab.connection.withTransaction { session in
          try LAVARows.addDevice("qemu-09", type: "qemu", worker: "worker-1", session)
          _ = try EventControl.retry(id, session)
        }
        try await lab.pass()
        try await Self.end(lab)
        try await serve(lab) { try await states(lab) == ["sent", "sent", "sent"] }
        #expect(receiver.messages.count == 3)
      }
    }
  }
}
