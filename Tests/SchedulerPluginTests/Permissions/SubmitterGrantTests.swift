import BoardInventory
import BuildEvents
import LabSupport
import Matcher
import PostgresClient
import Testing

@testable import SchedulerPlugin

/// Protects LAVA users from jobs in their name that nobody who runs the server agreed to.
@Suite("Rules that submit in another's name")
struct SubmitterGrantTests {
  private static let rule = "rule: r\nwhen: {image_family: nano}\nhow: {template: t, submitter: robot}\n"

  private func grants(_ text: String) throws -> SubmitterGrants {
    let folder = try TemporaryFolder(["config.yaml": text])
    return try Configuration.read(folder: folder.path, shipped: "/shipped").terms.grants
  }

  private func files() throws -> LabFiles {
    LabFiles(
      catalogue: Example.shippedFiles().catalogue, templates: try Example.templates(["t": Example.job()]),
      rules: [try Example.rule(Self.rule)], mistakes: [])
  }

  @Test("A grant holds for its account, its users and its rules, and for nobody else's")
  func holds() throws {
    let some = try grants(
      """
      submitters:
      - {account: robot, for: [alice, bob], rules: [r, s]}
      - account: nightly
        for: alice

      """)
    #expect(some.refusal(of: "robot", for: "alice", rule: "r") == nil)
    #expect(some.refusal(of: "robot", for: "bob", rule: "s") == nil)
    #expect(some.refusal(of: "nightly", for: "alice", rule: "any") == nil)
    #expect(some.refusal(of: "carol", for: "carol", rule: "r") == nil)
    for (account, user, rule) in [
      ("robot", "carol", "r"), ("robot", "alice", "t"), ("nightly", "bob", "r"), ("alice", "robot", "r"),
    ] {
      #expect(some.refusal(of: account, for: user, rule: rule)?.code == .permission)
    }
    #expect(
      try grants("queue_window: 1\n").refusal(of: "robot", for: "bob", rule: "r")?.detail
        == "config.yaml does not let rule 'r' submit in the name of 'robot' for events of 'bob'; "
        + "add there: submitters: [{account: robot, for: [bob], rules: [r]}]")
  }

  @Test("What a refusal says to add is an entry that lets it")
  func mend() throws {
    let entry = SubmitterGrants.entry("robot", "bob", "r")
    #expect(try grants(entry + "\n").refusal(of: "robot", for: "bob", rule: "r") == nil)
  }

  @Test(
    "Every mistake is named with its line",
    arguments: [
      ("submitters: robot\n", 1, "'submitters' must be a list"),
      ("submitters:\n- robot\n", 2, "each of 'submitters' must be a mapping"),
      ("submitters:\n- {for: [a]}\n", 2, "'account' is missing; name the LAVA user"),
      ("submitters:\n- account: robot\n", 2, "'for' is missing; list the LAVA users for whose events robot submits"),
      ("submitters:\n- account: robot\n  for: []\n", 3, "'for' is missing"),
      ("submitters:\n- account: robot\n  for: [a]\n  rules: []\n", 4, "'rules' is empty; name rules"),
      ("submitters:\n- account: robot\n  fro: [a]\n", 3, "unknown key 'fro'; did you mean 'for'?"),
    ])
  func mistakes(text: String, line: Int, expected: String) throws {
    let mistake = #expect(throws: FileMistake.self) { _ = try grants(text) }
    #expect(mistake?.line == line)
    #expect(mistake?.description.contains(expected) == true, "\(mistake?.description ?? "")")
  }

  @Test("Without a grant nothing is decided for a board, nor queued; with one, the jobs are the account's")
  func decision() async throws {
    try await TestLab.with(boards: ["q"], files: files()) { lab in
      try await lab.connection.withTransaction { _ = try LAVARows.addUser("robot", $0) }
      let refused = try await lab.send()
      try await lab.pass()
      #expect(try await lab.assignments() == [])
      let why = try await lab.connection.withTransaction(.repeatableRead, readOnly: true) { session in
        try Explanation.read(refused, board: "q", session)?.rules.first?.verdicts.first?.reasons.first?.reason
      }
      #expect(why?.code == .permission)
      #expect(why?.detail.contains("submitters: [{account: robot, for: [ci-bot], rules: [r]}]") == true)
      let own = try await lab.send(["build_id": "18"], from: "robot")
      try await lab.pass()
      #expect(try await lab.assignments().map(\.event) == [own])
      let granted = try await lab.send(["build_id": "19"])
      try await pass(lab, grants("submitters: [{account: robot, for: [ci-bot]}]\n"))
      #expect(try await lab.assignments().map(\.event) == [own, granted])
      #expect(
        try await lab.count(
          """
          SELECT count(*)::int AS count FROM boardcast.assignment a JOIN auth_user u ON u.id = a.submitter_id
           WHERE u.username = 'robot'
          """) == 2)
    }
  }

  @Test("A grant that is withdrawn, or an event's user who left, stops what still waits")
  func withdrawn() async throws {
    try await TestLab.with(boards: ["q"], files: files()) { lab in
      let grants = try grants("submitters: [{account: robot, for: [ci-bot]}]\n")
      try await lab.connection.withTransaction { _ = try LAVARows.addUser("robot", $0) }
      try await lab.change("UPDATE lava_scheduler_app_device SET health = 4")
      try await lab.send()
      try await pass(lab, grants)
      #expect(try await lab.assignments().map(\.reason) == ["maintenance"])
      try await lab.change("UPDATE lava_scheduler_app_device SET health = 0")
      try await pass(lab, .none)
      #expect(try await lab.assignments().map(\.reason) == ["permission"])
      try await lab.change("UPDATE auth_user SET is_active = false WHERE username = 'ci-bot'")
      try await pass(lab, grants)
      #expect(try await lab.assignments().map(\.reason) == ["user_inactive"])
      #expect(try await lab.jobCount() == 0)
      try await lab.change("UPDATE auth_user SET is_active = true WHERE username = 'ci-bot'")
      try await pass(lab, grants)
      #expect(try await lab.assignments().map(\.state) == ["queued"])
    }
  }

  @Test("rules check warns of a submitter whom nothing grants to anybody")
  func check() async throws {
    try await TestLab.with(boards: ["q"], files: files()) { lab in
      try await lab.connection.withTransaction { _ = try LAVARows.addUser("robot", $0) }
      let files = lab.files
      func words(_ grants: SubmitterGrants) async throws -> [String] {
        try await lab.connection.withTransaction(.repeatableRead, readOnly: true) {
          try LabCheck.run(files, terms: Example.terms { $0.grants = grants }, $0).findings.filter { !$0.isMistake }
            .map(\.what.description)
        }
      }
      let expected =
        "permission: config.yaml lets the rule submit in the name of 'robot' for nobody's events but that user's own; "
        + "add there: submitters: [{account: robot, for: [USER], rules: [r]}]"
      #expect(try await words(.none).contains { $0.hasSuffix(expected) })
      let grants = try grants("submitters: [{account: robot, for: [alice]}]\n")
      #expect(try await words(grants).allSatisfy { !$0.contains("permission") })
    }
  }

  private func pass(_ lab: TestLab, _ grants: SubmitterGrants) async throws {
    _ = try await WriterPass(
      connection: lab.connection, files: lab.files, logger: LAVADatabase.logger,
      terms: Example.terms { $0.grants = grants }
    ).run()
  }
}
