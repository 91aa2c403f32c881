import BoardInventory
import BuildEvents
import LabSupport
import Testing

@testable import SchedulerPlugin

/// Protects the list of hosts: what it does not name is refused with the reason, whatever the URL looks like.
@Suite("Outbound: the policy")
struct OutboundPolicyTests {
  static func policy(_ yaml: String) throws -> OutboundPolicy {
    let folder = try TemporaryFolder(["config.yaml": yaml])
    return try OutboundPolicy(YAMLFile.mapping(at: folder.path + "/config.yaml"))
  }

  private let policy: OutboundPolicy
  init() throws {
    policy = try Self.policy(
      "outbound:\n  hosts: [ci.example.org, '*.kernelci.org', 'lab:8080', '[fd00::1]:*', 10.1.2.3, 127.0.0.1, any.example:*]\n"
        + "  private: [10.1.0.0/16, lab, 'fd00::/16']\n")
  }

  @Test(
    "Each URL gets its verdict",
    arguments: [
      ("https://ci.example.org/hook", nil), ("http://ci.example.org", nil), ("HTTPS://CI.Example.ORG./x", nil),
      ("https://ci.example.org:443/x", nil), ("https://ci.example.org:8443/x", .port),
      ("https://ci.example.org:22", .port),
      ("https://ci.example.org.evil.example/", .host), ("https://evil-ci.example.org/", .host),
      ("https://storage.kernelci.org/a", nil), ("https://a.b.kernelci.org/a", nil), ("https://kernelci.org/", .host),
      ("https://evilkernelci.org/", .host), ("http://lab:8080/x", nil), ("http://lab/x", .port),
      ("http://[fd00::1]:99/x", nil), ("http://[fd00:0:0::1]/x", nil), ("http://10.1.2.3/", nil),
      ("http://127.0.0.1/", .address), ("http://any.example:99/", nil), ("http://2130706433/", .host),
    ] as [(String, OutboundRefusal.Reason?)])
  func verdicts(_ text: String, _ reason: OutboundRefusal.Reason?) throws {
    #expect(policy.refusal(of: try OutboundURL(text))?.reason == reason)
  }

  @Test("Where nothing is written nothing is allowed, and a refusal says what the lab can write")
  func nothing() throws {
    let refusal = try #require(OutboundPolicy.nothing.refusal(of: OutboundURL("https://ci.example.org/")))
    #expect(refusal.reason == .host && refusal.description.contains("outbound: {hosts: []}"))
    #expect(try Self.policy("{}").refusal(of: OutboundURL("https://ci.example.org/"))?.reason == .host)
  }

  @Test("A name that leads to a private address is let in only by its own word or its network's")
  func resolved() throws {
    func reason(_ address: String, _ host: String) throws -> OutboundRefusal.Reason? {
      policy.refusal(of: try #require(IPAddress(address)), for: host)?.reason
    }
    #expect(try reason("10.1.200.1", "ci.example.org") == nil)
    #expect(try reason("10.2.0.1", "ci.example.org") == .address)
    #expect(try reason("10.2.0.1", "lab") == nil && reason("127.0.0.1", "lab") == nil)
    #expect(try reason("169.254.169.254", "lab") == .address)
    #expect(try reason("::ffff:10.1.0.1", "ci.example.org") == nil)
    #expect(try reason("::ffff:10.2.0.1", "ci.example.org") == .address)
    #expect(try reason("8.8.8.8", "ci.example.org") == nil)
    let wide = try Self.policy("outbound: {hosts: ['*'], private: ['0.0.0.0/0', '::/0']}")
    #expect(wide.refusal(of: try OutboundURL("https://whoever.example/")) == nil)
    #expect(wide.refusal(of: try #require(IPAddress("0.0.0.0")), for: "x")?.reason == .address)
    #expect(wide.refusal(of: try #require(IPAddress("224.0.0.1")), for: "x")?.reason == .address)
  }

  @Test("What the lab's own files name is allowed by that: one host and port, an address only if it is written")
  func naming() throws {
    let named = OutboundPolicy.nothing.naming(try OutboundURL("http://127.0.0.1:8080/builds/"))
    #expect(named.refusal(of: try OutboundURL("http://127.0.0.1:8080/other")) == nil)
    #expect(named.refusal(of: try OutboundURL("http://127.0.0.1:8081/")) != nil)
    #expect(named.refusal(of: try OutboundURL("http://127.0.0.2:8080/")) != nil)
    let name = OutboundPolicy.nothing.naming(try OutboundURL("http://builds.lab/"))
    #expect(name.refusal(of: try OutboundURL("http://builds.lab/x")) == nil)
    #expect(name.refusal(of: try #require(IPAddress("10.0.0.1")), for: "builds.lab")?.reason == .address)
    let local = OutboundPolicy.nothing.naming(try OutboundURL("http://localhost:1/"))
    #expect(local.refusal(of: try #require(IPAddress("::1")), for: "localhost") == nil)
  }

  @Test(
    "A URL that is none is refused, and credentials are never repeated",
    arguments: [
      "ftp://host/", "file:///etc/passwd", "http://", "http:///x", "http://user:sekret@host/", "http://ho st/",
      "//host/",
      "gopher://host/", "http://host\\@evil/", "http://[::1%25lo]/", "http://[1.2.3.4]/", "http://a..b/",
      "http://host:0/",
      "http://host:99999/", "http://%6c/", "http://host:/",
    ])
  func urls(_ text: String) {
    #expect { try OutboundURL(text, field: "callback.url") } throws: { error in
      (error as? EventRefusal)?.field == "callback.url" && !"\(error)".contains("sekret")
    }
  }

  @Test("A URL is put together again in one spelling, without a fragment")
  func spelling() throws {
    #expect(try OutboundURL("HTTP://Host.Example:80?x=1#top").description == "http://host.example/?x=1")
    #expect(try OutboundURL("https://[FD00:0::1]:8443/a/../b").description == "https://[fd00::1]:8443/a/../b")
    let base = try OutboundURL("https://host/a/b?c")
    #expect(try base.redirected(to: "../x").description == "https://host/x")
    #expect(try base.redirected(to: "//169.254.169.254/latest").host == "169.254.169.254")
    #expect(throws: EventRefusal.self) { try base.redirected(to: "file:///etc/passwd") }
    #expect(throws: EventRefusal.self) { try base.redirected(to: "javascript:alert(1)") }
  }

  @Test(
    "A slip in the file is told with its line and what to write",
    arguments: [
      ("hosts: ['http://ci.example.org']", "'http://ci.example.org' is no host"), ("hosts: ['ci.*.org']", "is no host"),
      ("hosts: ['host:0']", "is no host"), ("hosts: ['']", "is no host"), ("private: [10.1.0.1/16]", "no network"),
      ("private: ['*.lab']", "no network"), ("private: [10.1]", "no network"), ("host: [x]", "did you mean 'hosts'?"),
    ])
  func slips(_ text: String, _ words: String) {
    #expect { try Self.policy("outbound:\n  \(text)\n") } throws: { error in
      "\(error)".contains("config.yaml:2: ") && "\(error)".contains(words)
    }
  }
}
