import BoardInventory
import BuildEvents
import Foundation
import LabSupport
import PostgresClient
import Testing

/// Protects the way from OBS's messages at a real RabbitMQ to LAVA's queue, by `scripts/obs-bridge` as it is shipped.
///
/// Needs Debian's rabbitmq-server and python3-pika; without them it says so, loudly, and passes.
@Suite(.timeLimit(.minutes(5))) struct OBSBridgeTests {
  /// A RabbitMQ of the test's own, in its folder, at its own ports. It ends with the test.
  private final class Broker: Sendable {
    let url: String
    private let process = Process()
    private let folder: String
    private let portOfNames: Int
    private let log: URL

    static func obstacle() async throws -> String? {
      guard FileManager.default.isExecutableFile(atPath: "/usr/lib/rabbitmq/bin/rabbitmq-server") else {
        return "rabbitmq-server is not installed"
      }
      let pika = try await Program.run("/usr/bin/python3", ["-c", "import pika"])
      return pika.status == 0 ? nil : "python3-pika is not installed"
    }

    init(_ folder: TemporaryFolder) throws {
      let port = ServePlace.freePort()
      self.folder = folder.path
      portOfNames = ServePlace.freePort()
      url = "amqp://guest:guest@127.0.0.1:\(port)/%2F"
      log = URL(fileURLWithPath: folder.path + "/broker.log")
      try Data().write(to: log)
      try folder.write("plugins", "[].\n")
      try folder.write("rabbit.conf", "")
      process.executableURL = URL(fileURLWithPath: "/usr/lib/rabbitmq/bin/rabbitmq-server")
      process.environment = [
        "PATH": "/usr/lib/rabbitmq/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "HOME": folder.path,
        "RABBITMQ_BASE": folder.path, "RABBITMQ_MNESIA_BASE": folder.path + "/mnesia",
        "RABBITMQ_LOG_BASE": folder.path + "/log", "RABBITMQ_NODENAME": "t\(port)@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1", "RABBITMQ_NODE_PORT": "\(port)",
        "RABBITMQ_DIST_PORT": "\(ServePlace.freePort())", "ERL_EPMD_PORT": "\(portOfNames)",
        "ERL_EPMD_ADDRESS": "127.0.0.1", "RABBITMQ_ENABLED_PLUGINS_FILE": folder.path + "/plugins",
        "RABBITMQ_CONFIG_FILE": folder.path + "/rabbit", "RABBITMQ_PID_FILE": folder.path + "/pid",
        "RABBITMQ_CONF_ENV_FILE": "/dev/null",
      ]
      process.standardInput = FileHandle.nullDevice
      process.standardOutput = try FileHandle(forWritingTo: log)
      process.standardError = process.standardOutput
      try ProgramStart.run(process)
    }

    var text: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }

    func ready() async throws {
      try await eventually("the broker's start: \(text)") { text.contains("Starting broker... completed") }
    }

    /// The server's own process, and the one that knows its name at the test's own port.
    func end() async throws {
      let pid = (try? String(contentsOfFile: folder + "/pid", encoding: .utf8))?
        .trimmingCharacters(in: .whitespacesAndNewlines)
      if let pid = pid.flatMap({ Int32($0) }) { kill(pid, SIGKILL) }
      if process.isRunning { kill(process.processIdentifier, SIGKILL) }
      try await eventually("the broker's end") { !process.isRunning }
      _ = try await Program.run("/usr/bin/epmd", ["-port", "\(portOfNames)", "-kill"])
    }

    /// Publishes a message's own bytes.
    func publish(_ key: String, _ body: String) async throws {
      let script = """
        import pika, sys
        connection = pika.BlockingConnection(pika.URLParameters(sys.argv[1]))
        channel = connection.channel()
        channel.confirm_delivery()
        channel.basic_publish("pubsub", sys.argv[2], sys.stdin.buffer.read(),
                              pika.BasicProperties(delivery_mode=2), mandatory=True)
        connection.close()
        """
      let outcome = try await Program.run(
        "/usr/bin/python3", ["-c", script, url, key], input: Data(body.utf8))
      try #require(outcome.status == 0, "\(outcome.complaint)")
    }
  }

  /// The bridge as it is shipped, by the command of its page, in this lab.
  private final class Bridge: Sendable {
    private let process = Process()
    private let log: URL

    init(_ broker: Broker, to url: String, _ folder: TemporaryFolder) throws {
      log = URL(fileURLWithPath: folder.path + "/bridge-\(UUID().uuidString).log")
      try Data().write(to: log)
      let page = try String(contentsOfFile: Lab.repository + "/docs/producers/obs.md", encoding: .utf8)
      let command = try #require(page.firstRange(of: #/scripts/obs-bridge --to[^`]*/#).map { String(page[$0]) })
        .replacing("https://lab.example.org:8070/hooks/obs/SOURCE", with: url + "/hooks/obs/mine")
        .replacing("/etc/boardcast/producers/obs.secret", with: folder.path + "/bridge.secret")
        .replacing("/etc/boardcast/obs.amqp", with: folder.path + "/obs.amqp")
      try #require(command.contains("/hooks/obs/mine") && command.contains("bridge.secret"))
      try folder.write("obs.amqp", broker.url + "\n")
      process.executableURL = URL(fileURLWithPath: "/bin/sh")
      // No OBS has declared its exchange at this broker.
      process.arguments = [
        "-c", "exec " + command.trimmingCharacters(in: .whitespacesAndNewlines) + " --declare-exchange",
      ]
      process.currentDirectoryURL = URL(fileURLWithPath: Lab.repository)
      process.environment = ["PATH": "/usr/bin:/bin", "no_proxy": "*"]
      process.standardInput = FileHandle.nullDevice
      process.standardOutput = FileHandle.nullDevice
      process.standardError = try FileHandle(forWritingTo: log)
      try ProgramStart.run(process)
    }

    var text: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }

    func says(_ words: String) async throws {
      try await eventually("'\(words)' from the bridge: \(text)") { text.contains(words) }
    }

    func send(signal: Int32) async throws {
      kill(process.processIdentifier, signal)
      try await eventually("the bridge's end") { !process.isRunning }
    }

    func abandon() { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
  }

  @Test func messagesOfOBSBecomeJobsOnceAndOnlyWhenTheRepositoryIsPublished() async throws {
    if let obstacle = try await Broker.obstacle() {
      print("SKIPPED, LOUDLY: \(obstacle); the bridge of the Open Build Service is NOT tested here")
      return
    }
    let sample = Lab.repository + "/Tests/samples/obs-build_success.json"
    let built = try String(contentsOf: URL(fileURLWithPath: sample), encoding: .utf8)
    let published = #"{"project": "home:bsp:images", "repo": "images", "buildid": "17"}"#
    let keys = (built: "opensuse.obs.package.build_success", published: "opensuse.obs.repo.published")
    try await Bench.with { bench in
      let folder = bench.place.folder
      try folder.write("producers/mine.secret", "s3cret-of-the-source\n")
      try folder.write(
        "producers/mine.yaml",
        """
        source: mine
        producer: obs
        user: tester
        secret_file: mine.secret
        map:
          image_family: nano
          arch: x86_64
          images:
            kernel: {url: 'http://127.0.0.1:9/{+folder}/vmlinuz'}
            ramdisk: {url: 'http://127.0.0.1:9/{+folder}/initrd'}
        """)
      try folder.write("bridge.secret", "another-secret\n")
      let broker = try Broker(folder)
      do {
        try await broker.ready()
        let serve = try await bench.place.serve()
        let first = try Bridge(broker, to: serve.url, folder)
        defer { first.abandon() }
        try await first.says("listening")
        // Twice, as a broker may deliver it.
        try await broker.publish(keys.built, built)
        try await broker.publish(keys.built, built)
        try await broker.publish("opensuse.obs.repo.published", published.replacing("images\"", with: "other\""))
        #expect(try await bench.boards.events().isEmpty)
        // It dies with both in its hands; the broker gives them to the next one.
        try await first.send(signal: SIGKILL)
        let second = try Bridge(broker, to: serve.url, folder)
        defer { second.abandon() }
        try await second.says("listening")
        try await broker.publish(keys.published, published)
        // The wrong secret is refused, said, and loses nothing.
        try await second.says("HTTP 401")
        #expect(try await bench.boards.events().isEmpty)
        #expect(!second.text.contains("another-secret") && !serve.log.contains("another-secret"))
        #expect(!second.text.contains("guest:guest"))
        try folder.write("bridge.secret", "s3cret-of-the-source\n")
        try await second.says(#""duplicate":true"#)
        let name = "home:bsp:images/kiwi-image-rpi/images/aarch64 c4d5e6f708192a3b4c5d6e7f80910a2b.7"
        try await bench.boards.decided([name])
        try await bench.expectNothingLostOrDoubled([name])
        // What is no message of OBS is rejected, and the next one is taken.
        try await broker.publish(keys.built, "{")
        try await second.says("is rejected")
        try await broker.publish(keys.built, built.replacing("\"bcnt\": \"7\"", with: "\"bcnt\": \"8\""))
        try await broker.publish(keys.published, published)
        try await bench.boards.decided([name, name.replacing(".7", with: ".8")])
        try await second.send(signal: SIGTERM)
        #expect(second.text.contains("stopped"))
        try await broker.end()
      } catch {
        try? await broker.end()
        throw error
      }
    }
  }
}
