import BoardInventory
import BuildEvents
import Foundation
import LabSupport
import PostgresClient
import SchedulerPlugin
import Testing

/// SIGKILL between a receiver's answer and our note of it: told again, with the same id, and no third time.
@Suite(.timeLimit(.minutes(5))) struct CallbackCrashTests {
  /// A receiver of its own, written from the specification of Standard Webhooks: a line for each message it got.
  private static let receiver = """
    import base64, hashlib, hmac, http.server, json, sys
    ports, lines, secret = sys.argv[1:]
    class Hook(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            told = f"{self.headers['webhook-id']}.{self.headers['webhook-timestamp']}.".encode() + body
            mac = base64.b64encode(hmac.new(base64.b64decode(secret[6:]), told, hashlib.sha256).digest()).decode()
            event = json.loads(body)
            signed = f"v1,{mac}" in self.headers["webhook-signature"].split()
            boards = event["data"]["boards"]
            ended = sum(board.get("outcome") == "Complete" for board in boards)
            with open(lines, "a") as file:
                file.write(f"{self.headers['webhook-id']} {signed} {event['data']['record']['build_id']} {ended}\\n")
            self.send_response(204)
            self.end_headers()
        def log_message(self, *words):
            pass
    server = http.server.HTTPServer(("127.0.0.1", 0), Hook)
    open(ports, "w").write(f"{server.server_port}\\n")
    server.serve_forever()
    """

  @Test("A callback outlives a death: at least once, with one id; what it says is signed and true")
  func outlivesADeath() async throws {
    try await Bench.with { bench in
      let folder = bench.place.folder
      let secret = "whsec_" + Data("0123456789abcdef01234567".utf8).base64EncodedString()
      try folder.write("bot.secret", secret + "\n")
      try folder.write("receiver.py", Self.receiver)
      try folder.write("lines", "")
      let python = Process()
      python.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      python.arguments = ["python3", "receiver.py", "port", "lines", secret]
      python.currentDirectoryURL = URL(fileURLWithPath: folder.path)
      try ProgramStart.run(python)
      // It may have inherited blocked signals, and would hold whoever reads what the tests print.
      defer { kill(python.processIdentifier, SIGKILL) }
      let port = try await eventually("the receiver listens") {
        let text = try? String(contentsOfFile: folder.path + "/port", encoding: .utf8)
        return text.flatMap { $0.hasSuffix("\n") ? Int($0.dropLast()) : nil }
      }
      try folder.write(
        "config.yaml",
        """
        outbound: {hosts: ['127.0.0.1:\(port)'], private: [127.0.0.1]}
        senders: [{user: tester, callback_secret_file: bot.secret}]

        """)
      func lines() throws -> [[String]] {
        try String(contentsOfFile: folder.path + "/lines", encoding: .utf8).split(separator: "\n").map {
          $0.split(separator: " ").map(String.init)
        }
      }
      try await bench.boards.set(health: 1, of: "qemu-03")
      let dying = try bench.place.start(crashAt: .told)
      try await dying.becomes("writing")
      let more = ", \"callback\": \"http://127.0.0.1:\(port)/hook?token=sekret\""
      let id = try #require(try await dying.producer.send(nanoEvent("n-1", more: more)).id)
      // Not every job is queued at once: round after round until the last is over, which is when the callback goes out.
      async let drained: Void = bench.drain(["n-1"])
      #expect(try await dying.ending() == -SIGKILL)
      #expect(try lines().map { Array($0.dropFirst()) } == [["True", "n-1", "3"]])
      try await drained
      let serve = try await bench.place.serve()
      try await eventually("it is noted as sent") {
        let event = try await serve.producer.get("/api/v1/events/\(id)").json
        return event["callbacks"]?.arrayValue?.map { $0["state"] } == ["sent"]
      }
      let told = try lines()
      #expect(told.count == 2 && Set(told.map { $0[0] }).count == 1 && told.allSatisfy { $0[1] == "True" }, "\(told)")
      let ready = try await serve.producer.get("/readyz").json
      #expect(ready["checks"]?["callbacks"]?["waiting"] == 0)
      #expect(try await serve.terminate() == 0)
      #expect(!dying.log.contains("sekret") && !serve.log.contains("sekret") && !serve.log.contains(secret))
    }
  }
}
