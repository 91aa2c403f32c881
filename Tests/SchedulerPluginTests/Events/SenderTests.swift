import LabSupport
import PostgresClient
import Testing

@testable import SchedulerPlugin

/// Protects the doors from strangers: only an active LAVA user's own token opens them.
@Suite("Senders by LAVA's tokens")
struct SenderTests {
  private static func find(_ credentials: Credentials, _ lab: TestLab) async -> Result<Sender, any Error> {
    do {
      return .success(try await lab.connection.withSession { try Sender.find(credentials, $0) })
    } catch {
      return .failure(error)
    }
  }

  private static func stranger(_ credentials: Credentials, _ lab: TestLab) async -> Stranger? {
    guard case .failure(let error) = await find(credentials, lab) else { return nil }
    return error as? Stranger
  }

  @Test("A user's token says who it is; Basic needs the right name beside it")
  func known() async throws {
    let variables = try Lab.current.get()
    let (token, admin) = (try variables["BOARDCAST_LAB_TOKEN"], try variables["BOARDCAST_LAB_ADMIN_TOKEN"])
    try await TestLab.with(boards: []) { lab in
      let bot = try await Self.find(.token(token), lab).get()
      #expect(bot.name == "ci-bot")
      #expect(!bot.isSuperuser)
      #expect(try await Self.find(.basic(user: "ci-bot", token: token), lab).get() == bot)
      #expect(try await Self.find(.token(admin), lab).get().isSuperuser)
      #expect(await Self.stranger(.basic(user: "admin", token: token), lab) == .unknownToken)
      #expect(await Self.stranger(.basic(user: "", token: token), lab) == .unknownToken)
      #expect(
        try await lab.count(
          "SELECT count(*)::int AS count FROM linaro_django_xmlrpc_authtoken WHERE last_used_on IS NOT NULL") == 0)
    }
  }

  @Test("Inactive users, and whatever is no token, stay outside")
  func strangers() async throws {
    let variables = try Lab.current.get()
    let (token, gone) = (try variables["BOARDCAST_LAB_TOKEN"], try variables["BOARDCAST_LAB_INACTIVE_TOKEN"])
    try await TestLab.with(boards: []) { lab in
      #expect(await Self.stranger(.token(gone), lab) == .inactive)
      #expect(await Self.stranger(.basic(user: "gone", token: gone), lab) == .inactive)
      for text in [
        "", "x", token.uppercased(), token + "x", String(token.dropLast()), "%", "' OR 1=1 --", "\0", token + "\0",
      ] {
        #expect(await Self.stranger(.token(text), lab) == .unknownToken)
      }
      #expect(await Self.stranger(.basic(user: "ci-bot\0", token: token), lab) == .unknownToken)
      // A row somebody emptied by hand opens nothing.
      try await lab.change("UPDATE linaro_django_xmlrpc_authtoken SET secret = '' WHERE secret = $1", [.text(token)])
      #expect(await Self.stranger(.token(""), lab) == .unknownToken)
    }
  }
}
