import BoardInventory
import BuildEvents
import LabSupport
import Matcher
import PostgresClient
import Testing

@testable import SchedulerPlugin

/// Protects the answer to "why did my board get nothing?", at any later time, on LAVA's real tables.
@Suite("Explaining what became of an event")
struct ExplanationTests {
  private func files(_ limits: String = "wait_hours: 5", _ more: [String] = []) throws -> LabFiles {
    let rule = "rule: r\nwhen: {image_family: nano}\nhow: {template: t}\nlimits: {\(limits)}\n"
    return LabFiles(
      catalogue: Example.shippedFiles().catalogue, templates: try Example.templates(["t": Example.job()]),
      rules: try ([rule] + more).map(Example.rule), mistakes: [])
  }

  private func explain(_ lab: TestLab, _ id: Int64, _ board: String? = nil) async throws -> Explanation {
    try #require(
      try await lab.connection.withTransaction(.repeatableRead, readOnly: true) {
        try Explanation.read(id, board: board, $0)
      })
  }

  private func verdict(_ lab: TestLab, _ id: Int64, _ board: String) async throws -> Explanation.BoardVerdict {
    let story = try #require(try await explain(lab, id, board).rules.first)
    #expect(story.verdicts.count == 1)
    return try #require(story.verdicts.first)
  }

  @Test("A job's course, an away board's wait with its end, and boards that cannot run it, in one sentence")
  func sentence() async throws {
    try await TestLab.with(boards: ["q-1", "q-2", "q-3"], files: files()) { lab in
      try await lab.connection.withTransaction { session in
        try LAVARows.addDeviceType("panda", session)
        try LAVARows.addDevice("p-1", type: "panda", worker: "worker-1", session)
      }
      try await lab.change("UPDATE lava_scheduler_app_device SET health = 4 WHERE hostname = 'q-3'")
      let id = try await lab.send()
      try await lab.pass()
      let story = try #require(try await explain(lab, id).rules.first)
      #expect(story.sentence == "4 boards: 2 queued, 1 arch, 1 away")
      let queued = try await verdict(lab, id, "q-1")
      #expect(queued.state == "queued" && queued.reasons == [])
      #expect(queued.assignment?.jobID != nil && queued.assignment?.queuedAt != nil)
      let away = try await verdict(lab, id, "q-3")
      #expect(away.reasons.map(\.reason.code) == [.maintenance])
      #expect(away.reasons[0].endsWhen == "somebody sets its health in LAVA to Good or Unknown")
      #expect(away.assignment?.expiresAt != nil)
      let panda = try await verdict(lab, id, "p-1")
      #expect(panda.state == "none")
      #expect(panda.reasons[0].reason.code == .architecture && panda.reasons[0].endsWhen == nil)
      try await lab.change(
        "UPDATE lava_scheduler_app_testjob SET state = 5, health = 1, start_time = now(), end_time = now()")
      try await lab.pass()
      let finished = try await verdict(lab, id, "q-1")
      #expect(finished.state == "finished" && finished.assignment?.outcome == "Complete")
      #expect(finished.assignment?.startedAt != nil && finished.assignment?.endedAt != nil)
    }
  }

  @Test("Each kind of board that gets nothing says which it is, all its reasons, and what no waiting ends")
  func kinds() async throws {
    let rule =
      "rule: r\nwhen: {image_family: nano}\nwhere: {tags: [big], exclude: {boards: q-out}}\nhow: {template: t}\n"
    let files = LabFiles(
      catalogue: Example.shippedFiles().catalogue, templates: try Example.templates(["t": Example.job()]),
      rules: [try Example.rule(rule)], mistakes: [])
    try await TestLab.with(boards: ["q-ok", "q-out", "q-small", "q-shut", "q-gone"], files: files) { lab in
      try await lab.connection.withTransaction { session in
        for board in ["q-ok", "q-out", "q-shut", "q-gone"] { try LAVARows.tag(board, "big", session) }
        try LAVARows.addDeviceType("nobody-knows-this", session)
        try LAVARows.addDevice("n-1", type: "nobody-knows-this", worker: "worker-1", session)
        let group = try LAVARows.addGroup("owners", session)
        try LAVARows.permit("submit_to_device", device: "q-shut", group: group, session)
        _ = try session.execute("UPDATE lava_scheduler_app_device SET health = 5 WHERE hostname = 'q-gone'")
      }
      let id = try await lab.send()
      try await lab.pass()
      #expect(try await verdict(lab, id, "q-ok").state == "queued")
      for (board, code) in [
        ("q-out", Reason.Code.excluded), ("q-small", .tag), ("q-shut", .permission), ("n-1", .notDescribed),
      ] {
        let told = try await verdict(lab, id, board)
        #expect(told.state == "none" && told.reasons.first?.reason.code == code, "\(told)")
        #expect(told.reasons.first?.endsWhen == nil && told.reasons.first?.reason.waitingHelps == false)
      }
      let gone = try await verdict(lab, id, "q-gone")
      #expect(
        ["none", "refused"].contains(gone.state) && gone.reasons.contains { $0.reason.code == .retired }, "\(gone)")
      let sentence = try await explain(lab, id).rules.first?.sentence ?? ""
      #expect(sentence.hasPrefix("6 boards: 1 queued") && sentence.contains("1 permission"), "\(sentence)")
    }
  }

  @Test("Rules that ignored the event say so in the words of that day, whatever the rules say now")
  func ignored() async throws {
    let files = try files("wait_hours: 5", ["rule: s\nwhen: {image_family: oe}\nhow: {template: t}\n"])
    try await TestLab.with(files: files) { lab in
      let id = try await lab.send()
      #expect(try await explain(lab, id).ignored == nil)
      try await lab.pass()
      #expect(try await explain(lab, id).ignored == ["s": "image_family is nano, not oe"])
      _ = try await lab.connection.withTransaction { try EventControl.retry(id, $0) }
      try await lab.pass()
      #expect(try await explain(lab, id).ignored == ["s": "image_family is nano, not oe"])
    }
  }

  @Test("Boards that came after the decision, boards LAVA has no more, and names nobody knows")
  func roster() async throws {
    try await TestLab.with(boards: ["q-1"], files: files()) { lab in
      try await lab.connection.withTransaction { session in
        try LAVARows.addDeviceType("panda", session)
        try LAVARows.addDevice("p-1", type: "panda", worker: "worker-1", session)
      }
      let id = try await lab.send()
      try await lab.pass()
      try await lab.connection.withTransaction { session in
        _ = try session.execute("DELETE FROM lava_scheduler_app_device WHERE hostname = 'p-1'")
        try LAVARows.addDevice("q-2", type: "qemu", worker: "worker-1", session)
      }
      let newer = try await verdict(lab, id, "q-2")
      #expect(newer.reasons.map(\.reason.code) == [.notThere] && newer.isInLab)
      let gone = try await verdict(lab, id, "p-1")
      #expect(gone.reasons.first?.reason.code == .architecture && !gone.isInLab)
      #expect(try await explain(lab, id, "p-1").board == nil)
      let second = try await lab.send(["build_id": "18"])
      try await lab.pass()
      #expect(try await verdict(lab, second, "q-2").state == "queued")
      #expect(try await verdict(lab, id, "q-2").reasons.map(\.reason.code) == [.notThere])
      await #expect(throws: UnknownBoard(board: "q-22", near: "q-2")) { try await explain(lab, second, "q-22") }
      await #expect(throws: UnknownBoard.self) { try await explain(lab, second, "p-1") }
      // A board that comes back as another type was away meanwhile.
      try await lab.connection.withTransaction { session in
        try LAVARows.addDevice("p-1", type: "qemu", worker: "worker-1", session)
      }
      let third = try await lab.send(["build_id": "19"])
      try await lab.pass()
      #expect(try await verdict(lab, third, "p-1").state == "queued")
      #expect(try await verdict(lab, id, "p-1").deviceType == "panda")
      #expect(try await verdict(lab, second, "p-1").reasons.map(\.reason.code) == [.notThere])
    }
  }

  @Test("Decisions on the same lab write no boards; another lab is noted once")
  func rosterRows() async throws {
    try await TestLab.with(files: files()) { lab in
      for build in 1...3 {
        try await lab.send(["build_id": .string("\(build)")])
        try await lab.pass()
      }
      #expect(try await lab.count("SELECT count(*)::int AS count FROM boardcast.roster") == 2)
      #expect(try await lab.count("SELECT count(DISTINCT since)::int AS count FROM boardcast.roster") == 1)
    }
  }

  @Test("A limit says which and how full, a window when it opens, a pause by whom, the newer build which")
  func waiting() async throws {
    try await TestLab.with(boards: ["q-1", "q-2"], files: files("at_once: {device_type: 1}, newer_build: supersede")) {
      lab in
      let id = try await lab.send()
      try await lab.pass()
      let reason = try #require(try await verdict(lab, id, "q-2").reasons.first)
      #expect(reason.reason.code == .limit && reason.reason.waitingHelps)
      #expect(reason.endsWhen == "a job of ours is over: device_type qemu, 1 of 1")
      try await lab.change("INSERT INTO boardcast.pause (rule, author, reason) VALUES ('r', 'ann', 'moving')")
      try await lab.pass()
      let paused = try #require(try await verdict(lab, id, "q-2").reasons.first)
      #expect(paused.reason == Reason(.paused, "the rule is paused: moving"))
      #expect(paused.endsWhen?.hasPrefix("somebody resumes what ann paused at 20") == true)
      #expect(paused.endsWhen?.hasSuffix(": boardcast rules resume r") == true)
      let newer = try await lab.send(["build_id": "18"])
      try await lab.pass()
      let old = try await verdict(lab, id, "q-2")
      #expect(old.state == "superseded" && old.assignment?.supersededBy == Int(newer))
      #expect(old.reasons.first?.endsWhen == nil)
      _ = try await lab.connection.withTransaction { try EventControl.cancel(newer, by: "bob", $0) }
      #expect(try await verdict(lab, newer, "q-2").assignment?.words == "cancelled by bob")
    }
    let closed =
      "windows: [{days: [mon], from: \"00:00\", to: \"00:01\"}, {days: [tue], from: \"00:00\", to: \"00:01\"}]"
    try await TestLab.with(boards: ["q-1"], files: files(closed)) { lab in
      let id = try await lab.send()
      try await lab.pass()
      let reason = try #require(try await verdict(lab, id, "q-1").reasons.first)
      // Twice a week for a minute the window is open, and there is nothing to see.
      if reason.reason.code == .window {
        #expect(reason.reason.detail.contains("T00:00:00Z") && reason.endsWhen == "the window opens")
      }
    }
  }

  @Test("Once per period names the job that began it; what waited too long says when it was given up")
  func period() async throws {
    try await TestLab.with(boards: ["q-1"], files: files("once_per: {hours: 1}")) { lab in
      let first = try await lab.send()
      try await lab.pass()
      try await lab.change(
        "UPDATE lava_scheduler_app_testjob SET state = 5, health = 1, start_time = now(), end_time = now()")
      let second = try await lab.send(["build_id": "18"])
      try await lab.pass()
      let job = try #require(try await verdict(lab, first, "q-1").assignment?.jobID)
      let reason = try #require(try await verdict(lab, second, "q-1").reasons.first)
      #expect(
        reason.endsWhen?.hasPrefix("the period is over; event \(first) had job \(job) queued at 20") == true,
        "\(reason)")
      try await lab.change("UPDATE boardcast.assignment SET expires_at = now() WHERE event_id = $1", [.int8(second)])
      try await lab.pass()
      let expired = try await verdict(lab, second, "q-1")
      #expect(expired.state == "expired" && expired.assignment?.endedAt != nil)
      #expect(expired.reasons.map(\.endsWhen) == [nil])
    }
  }

  @Test("Since when a board is away, from LAVA's own records")
  func since() async throws {
    try await TestLab.with(boards: ["q-1"], files: files()) { lab in
      let id = try await lab.send()
      try await lab.pass()
      try await lab.change(
        "UPDATE lava_scheduler_app_worker SET state = 1, last_ping = '2026-11-01 10:00:00+00' WHERE hostname = 'worker-1'"
      )
      try await lab.change("UPDATE lava_scheduler_app_device SET health = 4")
      try await lab.change(
        """
        INSERT INTO django_admin_log
               (action_time, object_id, object_repr, action_flag, change_message, content_type_id, user_id)
        SELECT t.at::timestamptz, 'q-1', 'q-1', 2, t.words, c.id, u.id
          FROM django_content_type c, auth_user u,
               (VALUES ('2026-11-02 08:00:00+00', 'Good → Maintenance (broken)'),
                       ('2026-11-02 09:00:00+00', 'changed the description')) AS t (at, words)
         WHERE c.app_label = 'lava_scheduler_app' AND c.model = 'device' AND u.username = 'ci-bot'
        """)
      let board = try #require(try await explain(lab, id, "q-1").board)
      #expect(board.workerSilentSince == "2026-11-01T10:00:00Z")
      #expect(
        board.health == .init(at: "2026-11-02T08:00:00Z", author: "ci-bot", words: "Good → Maintenance (broken)"))
      #expect(board.workerHealth == nil)
      #expect(board.facts.map(\.code) == [.maintenance, .offline])
    }
  }

  @Test("Decisions from before boards were noted are told with the boards of today")
  func before() async throws {
    try await TestLab.with(boards: ["q-1"], files: files()) { lab in
      let id = try await lab.send()
      try await lab.pass()
      try await lab.change("DELETE FROM boardcast.roster")
      try await lab.change("DELETE FROM boardcast.ignored")
      #expect(try await verdict(lab, id, "q-1").state == "queued")
      #expect(try await explain(lab, id).ignored == nil)
    }
  }
}
