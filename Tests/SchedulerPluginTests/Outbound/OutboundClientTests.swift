import BuildEvents
import Hummingbird
import Synchronization
import Testing

@testable import SchedulerPlugin

/// Protects the server's own network, time and memory from whom it asks: real requests to a real server.
@Suite("Outbound: the client", .timeLimit(.minutes(1)))
struct OutboundClientTests {
  /// What reached the server.
  private final class Seen: Sendable {
    private let state = Mutex<[String]>([])
    func note(_ line: String) { state.withLock { $0.append(line) } }
    var lines: [String] { state.withLock { $0 } }
  }

  /// Answers for names under `.test`, in order, the last one for ever; notes who asked.
  private static func resolver(_ answers: [[String]], _ seen: Seen = Seen()) -> AddressResolver {
    AddressResolver { host in
      seen.note(host)
      return answers[min(seen.lines.count, answers.count) - 1].compactMap(IPAddress.init)
    }
  }

  private static func client(
    _ yaml: String, _ limits: OutboundLimits = OutboundLimits(), _ resolver: AddressResolver = .system
  ) throws -> OutboundClient {
    OutboundClient(policy: try OutboundPolicyTests.policy("outbound: \(yaml)\n"), limits: limits, resolver: resolver)
  }

  private static let lab = "{hosts: ['127.0.0.1:*', '*.test:*'], private: [127.0.0.0/8, a.test]}"

  private func failure(
    _ client: OutboundClient, _ url: String, _ method: OutboundRequest.Method = .get
  ) async throws -> OutboundFailure? {
    let request = OutboundRequest(method, try OutboundURL(url))
    return await #expect(throws: OutboundFailure.self) { try await client.send(request) }
  }

  private static func routes(_ seen: Seen) -> (Router<BasicRequestContext>) -> Void {
    { router in
      router.get("/plain") { request, _ in
        seen.note("\(request.head.authority ?? "") \(request.headers[.authorization] ?? "")")
        return Response(status: .ok, headers: [.eTag: "\"1\""], body: .init(byteBuffer: ByteBuffer(string: "hello")))
      }
      router.get("/to") { request, _ in
        Response(status: .found, headers: [.location: request.uri.queryParameters["url"].map(String.init) ?? "/plain"])
      }
      router.get("/loop") { _, _ in
        seen.note("loop")
        return Response(status: .temporaryRedirect, headers: [.location: "/loop"])
      }
      router.post("/to") { request, _ in
        seen.note("post")
        return Response(status: .temporaryRedirect, headers: [.location: "/secret"])
      }
      router.post("/secret") { _, _ in
        seen.note("secret")
        return Response(status: .ok)
      }
      router.get("/big") { _, _ in
        Response(
          status: .ok,
          body: .init { writer in
            // Without an end: a fixed size can lie in the buffers of the sockets before anybody reads it.
            while !Task.isCancelled { try await writer.write(ByteBuffer(repeating: 0x41, count: 10_000)) }
            try await writer.finish(nil)
          })
      }
      router.get("/slow") { _, _ in
        Response(
          status: .ok,
          body: .init { writer in
            while !Task.isCancelled {
              try await writer.write(ByteBuffer(string: "."))
              try await Task.sleep(for: .milliseconds(20))
            }
          })
      }
    }
  }

  @Test("An answer comes whole; a name's connection goes to the checked address, with the name in Host")
  func pinned() async throws {
    let seen = Seen()
    try await RealServer.with(Self.routes(seen)) { port in
      let direct = try await Self.client(Self.lab).send(
        OutboundRequest(.get, OutboundURL("http://127.0.0.1:\(port)/plain")))
      #expect(direct.status == 200 && String(decoding: direct.body, as: UTF8.self) == "hello")
      #expect(direct.headers["etag"] == "\"1\"")
      // No resolver but ours knows the name, so the answer proves that ours was the only one asked.
      let asked = Seen()
      let named = try Self.client(
        Self.lab, OutboundLimits(), Self.resolver([["127.0.0.1"], ["169.254.169.254"]], asked))
      let answer = try await named.send(OutboundRequest(.get, OutboundURL("http://a.test:\(port)/plain")))
      #expect(answer.status == 200 && asked.lines == ["a.test"])
      #expect(seen.lines.last?.hasPrefix("a.test:\(port)") == true, "\(seen.lines)")
    }
  }

  @Test("A name that leads to a private address, or comes to lead there, is not asked; of several only the allowed")
  func rebinding() async throws {
    let seen = Seen()
    try await RealServer.with(Self.routes(seen)) { port in
      let hidden = try Self.client("{hosts: ['*:*']}", OutboundLimits(), Self.resolver([["127.0.0.1", "::1"]]))
      guard case .refused(let refusal)? = try await failure(hidden, "http://b.test:\(port)/plain") else {
        Issue.record("it was asked")
        return
      }
      #expect(refusal.reason == .address && refusal.message.contains("127.0.0.1"))
      let later = try Self.client(
        "{hosts: ['*:*'], private: [127.0.0.1]}", OutboundLimits(), Self.resolver([["127.0.0.1"], ["127.0.0.2"]]))
      _ = try await later.send(OutboundRequest(.get, OutboundURL("http://c.test:\(port)/plain")))
      #expect(try await failure(later, "http://c.test:\(port)/plain")?.mayPass == false)
      #expect(seen.lines.count == 1)
      let both = try Self.client(
        "{hosts: ['*:*'], private: [127.0.0.1]}", OutboundLimits(), Self.resolver([["10.0.0.1", "127.0.0.1"]]))
      #expect(try await both.send(OutboundRequest(.get, OutboundURL("http://d.test:\(port)/plain"))).status == 200)
    }
  }

  @Test(
    "No redirect leads to where no request may go",
    arguments: [
      ("http://169.254.169.254/latest/meta-data/", OutboundRefusal.Reason.host), ("//10.0.0.1/", .host),
      ("http://0.0.0.0:80/", .host), ("file:///etc/passwd", .url), ("http://user:pw@127.0.0.1/", .url),
      ("http://inside.test/", .address), ("ftp://127.0.0.1/", .url),
    ])
  func redirects(_ target: String, _ reason: OutboundRefusal.Reason) async throws {
    try await RealServer.with(Self.routes(Seen())) { port in
      let client = try Self.client(Self.lab, OutboundLimits(), Self.resolver([["10.0.0.1"]]))
      let failed = try await failure(client, "http://127.0.0.1:\(port)/to?url=\(target)")
      guard case .refused(let refusal)? = failed else {
        Issue.record("\(target): \(String(describing: failed))")
        return
      }
      #expect(refusal.reason == reason, "\(refusal)")
    }
  }

  @Test("A GET follows five redirects and no sixth, without secrets to another origin; a POST follows none")
  func followed() async throws {
    let seen = Seen()
    try await RealServer.with(Self.routes(seen)) { port in
      let client = try Self.client(Self.lab, OutboundLimits(), Self.resolver([["127.0.0.1"]]))
      #expect(try await failure(client, "http://127.0.0.1:\(port)/loop") == .tooManyRedirects(5))
      #expect(seen.lines == Array(repeating: "loop", count: 6))
      let secret = [(name: "Authorization", value: "Token sekret")]
      let same = OutboundRequest(.get, try OutboundURL("http://127.0.0.1:\(port)/to?url=/plain"), headers: secret)
      #expect(try await client.send(same).url.target == "/plain")
      #expect(seen.lines.last == "127.0.0.1:\(port) Token sekret")
      let other = OutboundRequest(
        .get, try OutboundURL("http://127.0.0.1:\(port)/to?url=http://a.test:\(port)/plain"), headers: secret)
      #expect(try await client.send(other).status == 200)
      #expect(seen.lines.last == "a.test:\(port) ")
      let posted = try await client.send(OutboundRequest(.post, OutboundURL("http://127.0.0.1:\(port)/to"), body: [1]))
      #expect(posted.status == 307 && seen.lines.last == "post")
    }
  }

  @Test("An answer that is too large or never ends is left; a connection nobody takes is said")
  func bounded() async throws {
    try await RealServer.with(Self.routes(Seen())) { port in
      let small = try Self.client(Self.lab, OutboundLimits(bytes: 100_000))
      #expect(try await failure(small, "http://127.0.0.1:\(port)/big") == .tooLarge(100_000))
      let hasty = try Self.client(Self.lab, OutboundLimits(total: .milliseconds(300)))
      #expect(try await failure(hasty, "http://127.0.0.1:\(port)/slow") == .timedOut(.milliseconds(300)))
    }
    let refused = try await failure(try Self.client(Self.lab), "http://127.0.0.1:9/path?token=sekret")
    #expect(refused?.mayPass == true && refused?.description.contains("sekret") == false)
    let unknown = try Self.client(Self.lab, OutboundLimits(), AddressResolver { _ in [] })
    #expect(try await failure(unknown, "http://nobody.test/")?.description == "the name 'nobody.test' is not known")
  }
}
