import BuildEvents
import LabSupport
import Matcher
import PostgresClient
import Testing

@testable import SchedulerPlugin

/// Protects LAVA from jobs it would refuse by now: between decision and queueing days may pass, and people with them.
///
/// What changes is changed by LAVA's own code.
@Suite("Refused at queueing time")
struct FeedRefusalTests {
  private static let django = """
    from django.contrib.auth.models import Group, User
    from lava_scheduler_app.models import Device, DeviceType, GroupDevicePermission, Tag

    """

  private func files(_ how: String = "", template: String = Example.job()) throws -> LabFiles {
    let rule = "rule: r\nwhen: {image_family: nano}\nhow: {template: t\(how)}\n"
    return LabFiles(
      catalogue: Example.shippedFiles().catalogue, templates: try Example.templates(["t": template]),
      rules: [try Example.rule(rule)], mistakes: [])
  }

  /// Work that waits because its board is away, sent by a user who may be done away with.
  private func waiting(_ lab: TestLab, boards: [String] = ["q"]) async throws -> Int64 {
    try await lab.connection.withTransaction { session in
      try LAVARows.addUser("dev", session)
      for board in boards { try health(board, 4, session) }
    }
    let id = try await lab.send(from: "dev")
    try await lab.pass()
    #expect(try await lab.assignments().map(\.state) == boards.map { _ in "waiting" })
    #expect(try await lab.jobCount() == 0)
    return id
  }

  private func health(_ board: String, _ health: Int, _ session: borrowing PostgresSession) throws {
    _ = try session.execute(
      "UPDATE lava_scheduler_app_device SET health = $2 WHERE hostname = $1", [.text(board), PostgresValue(health)])
  }

  private func bringBack(_ lab: TestLab, _ boards: [String] = ["q"]) async throws {
    try await lab.connection.withTransaction { session in
      for board in boards { try health(board, 0, session) }
    }
    try await lab.pass()
  }

  private func reason(_ lab: TestLab, _ board: String = "q") async throws -> String? {
    try await lab.connection.withSession { session in
      try session.query("SELECT reason, detail FROM boardcast.assignment WHERE board = $1", [.text(board)]).only {
        row -> String? in
        guard let code = try row.optionalString("reason") else { return nil }
        return "\(code): \(try row.optionalString("detail") ?? "")"
      }
    }
  }

  @Test("A user deactivated between event and queueing: nothing is queued, it waits, and goes on once he is back")
  func deactivated() async throws {
    try await TestLab.with(boards: ["q"], files: files()) { lab in
      let id = try await waiting(lab)
      try await LAVAProgram.run(
        Self.django + "user = User.objects.get(username='dev'); user.is_active = False; user.save()", on: lab)
      try await bringBack(lab)
      #expect(try await lab.jobCount() == 0)
      #expect(try await lab.assignments().map(\.state) == ["waiting"])
      #expect(try await reason(lab) == "user_inactive: the submitter, LAVA's user 'dev', is not active")
      let verdict = try await lab.connection.withTransaction(.repeatableRead, readOnly: true) { session in
        try Explanation.read(id, board: "q", session)?.rules.first?.verdicts.first
      }
      #expect(verdict?.reasons.first?.endsWhen == "somebody lets the user be active in LAVA again")
      try await lab.change("UPDATE auth_user SET is_active = true WHERE username = 'dev'")
      try await lab.pass()
      #expect(try await lab.assignments().map(\.state) == ["queued"])
    }
  }

  @Test("A user deactivated between event and decision gets no board, and the decision says why")
  func deactivatedBeforeDecision() async throws {
    try await TestLab.with(boards: ["q"], files: files()) { lab in
      try await lab.connection.withTransaction { _ = try LAVARows.addUser("dev", $0) }
      let id = try await lab.send(from: "dev")
      try await LAVAProgram.run(
        Self.django + "user = User.objects.get(username='dev'); user.is_active = False; user.save()", on: lab)
      try await lab.pass()
      #expect(try await lab.assignments() == [])
      let story = try await lab.connection.withTransaction(.repeatableRead, readOnly: true) { session in
        try Explanation.read(id, session)?.rules.first
      }
      #expect(
        story?.verdicts.first?.reasons.map(\.reason)
          == [Reason(.userInactive, "the event's user, LAVA's user 'dev', is not active")])
    }
  }

  @Test("A user deleted in LAVA: his work is given up, LAVA deletes in peace, and his event stays on record")
  func deleted() async throws {
    try await TestLab.with(boards: ["q"], files: files()) { lab in
      let id = try await waiting(lab)
      try await LAVAProgram.run(Self.django + "User.objects.get(username='dev').delete()", on: lab)
      try await bringBack(lab)
      #expect(try await lab.jobCount() == 0)
      #expect(try await lab.assignments().map(\.state) == ["refused"])
      #expect(try await reason(lab) == "user_gone: the submitter is no user of LAVA's any more")
      let left = try await lab.connection.withSession { try EventStore.event(id, $0) }
      #expect(left?.senderName == "dev")
    }
  }

  @Test("A type hidden after the decision: it waits, and goes on once LAVA shows the type")
  func hiddenType() async throws {
    try await TestLab.with(boards: ["q"], files: files()) { lab in
      _ = try await waiting(lab)
      try await LAVAProgram.run(
        Self.django + "t = DeviceType.objects.get(name='qemu'); t.display = False; t.save()", on: lab)
      try await bringBack(lab)
      #expect(try await lab.jobCount() == 0)
      #expect(try await reason(lab) == "hidden: its device type is hidden in LAVA")
      try await LAVAProgram.run(
        Self.django + "t = DeviceType.objects.get(name='qemu'); t.display = True; t.save()", on: lab)
      try await lab.pass()
      #expect(try await lab.assignments().map(\.state) == ["queued"])
    }
  }

  @Test("A board retired after the decision is given up")
  func retired() async throws {
    try await TestLab.with(boards: ["q"], files: files()) { lab in
      _ = try await waiting(lab)
      try await LAVAProgram.run(
        Self.django + "d = Device.objects.get(hostname='q'); d.health = Device.HEALTH_RETIRED; d.save()", on: lab)
      try await lab.pass()
      #expect(try await lab.assignments().map(\.state) == ["refused"])
      #expect(try await reason(lab) == "retired: its health is Retired")
    }
  }

  @Test("A tag deleted, or taken off the board: it waits and says so, and goes on once the board carries it again")
  func deletedTag() async throws {
    let template = Example.job("tags: [big]")
    try await TestLab.with(boards: ["q"], files: files(template: template)) { lab in
      try await lab.connection.withTransaction { try LAVARows.tag("q", "big", $0) }
      _ = try await waiting(lab)
      try await LAVAProgram.run(
        Self.django + "Device.objects.get(hostname='q').tags.remove(Tag.objects.get(name='big'))", on: lab)
      try await bringBack(lab)
      #expect(
        try await reason(lab) == "tag: the job asks for the tag big, which the board does not carry any more")
      try await LAVAProgram.run(Self.django + "Tag.objects.get(name='big').delete()", on: lab)
      try await lab.pass()
      #expect(try await lab.jobCount() == 0)
      #expect(try await reason(lab) == "tag: the job asks for the tag big, which LAVA has no more")
      // As `lava-server manage sync` brings a tag back: another row of the same name.
      try await lab.connection.withTransaction { try LAVARows.tag("q", "big", $0) }
      try await lab.pass()
      #expect(try await lab.assignments().map(\.state) == ["queued"])
      #expect(
        try await lab.count(
          """
          SELECT count(*)::int AS count FROM lava_scheduler_app_testjob_tags x
            JOIN lava_scheduler_app_tag t ON t.id = x.tag_id WHERE t.name = 'big'
          """) == 1)
    }
  }

  @Test("The only viewing group renamed: it waits with LAVA's words; with one of two left the job is as LAVA makes it")
  func renamedGroup() async throws {
    let how = ", visibility: {group: [team, staff]}"
    try await TestLab.with(boards: ["q"], files: files(how)) { lab in
      try await lab.connection.withTransaction { session in
        try LAVARows.addGroup("team", session)
        try LAVARows.addGroup("staff", session)
      }
      _ = try await waiting(lab)
      let rename = "for g in Group.objects.filter(name__in=['team', 'staff']): g.name += '-old'; g.save()"
      try await LAVAProgram.run(Self.django + rename, on: lab)
      try await bringBack(lab)
      #expect(try await lab.jobCount() == 0)
      #expect(try await reason(lab) == "definition: No known groups were found in the visibility list.")
      try await LAVAProgram.run(
        Self.django + "g = Group.objects.get(name='team-old'); g.name = 'team'; g.save()", on: lab)
      try await lab.pass()
      let groups = try await lab.connection.withSession { session in
        try session.query(
          """
          SELECT g.name FROM lava_scheduler_app_testjob_viewing_groups v JOIN auth_group g ON g.id = v.group_id
          """
        ).map { try $0.string("name") }
      }
      #expect(groups == ["team"])
    }
  }

  @Test("A submitter who lost half of the boards: half are queued, half say permission and go on when he has it back")
  func halfPermitted() async throws {
    let boards = ["a-1", "a-2", "b-1", "b-2"]
    try await TestLab.with(boards: boards, files: files()) { lab in
      _ = try await waiting(lab, boards: boards)
      try await LAVAProgram.run(
        Self.django + """
          group = Group.objects.create(name="owners")
          for device in Device.objects.filter(hostname__startswith="b-"):
              GroupDevicePermission.objects.assign_perm("lava_scheduler_app.submit_to_device", group, device)
          """, on: lab)
      try await bringBack(lab, boards)
      #expect(try await lab.assignments().map(\.state) == ["queued", "queued", "waiting", "waiting"])
      #expect(try await lab.assignments().map(\.reason) == [nil, nil, "permission", "permission"])
      #expect(
        try await reason(lab, "b-1") == "permission: LAVA does not let user 'dev' submit jobs to this board any more")
      try await LAVAProgram.run(
        Self.django + "Group.objects.get(name='owners').user_set.add(User.objects.get(username='dev'))", on: lab)
      try await lab.pass()
      #expect(try await lab.jobCount() == 4)
    }
  }

  @Test("A submitter without permission on half of the boards when it is decided: half are queued, half say permission")
  func halfPermittedFromTheBeginning() async throws {
    try await TestLab.with(boards: ["a-1", "a-2", "b-1", "b-2"], files: files()) { lab in
      try await lab.connection.withTransaction { session in
        let owners = try LAVARows.addGroup("owners", session)
        for board in ["b-1", "b-2"] { try LAVARows.permit("submit_to_device", device: board, group: owners, session) }
      }
      let id = try await lab.send()
      try await lab.pass()
      #expect(try await lab.assignments().map(\.board) == ["a-1", "a-2"])
      let story = try await lab.connection.withTransaction(.repeatableRead, readOnly: true) { session in
        try Explanation.read(id, session)?.rules.first
      }
      #expect(story?.sentence == "4 boards: 2 queued, 2 permission")
    }
  }

  @Test("What is refused keeps nobody behind it waiting: a colleague's newer build of the same line goes first")
  func othersGoOn() async throws {
    try await TestLab.with(boards: ["q"], files: files()) { lab in
      _ = try await waiting(lab)
      try await lab.connection.withTransaction { _ = try LAVARows.addUser("colleague", $0) }
      let theirs = try await lab.send(["build_id": "18"], from: "colleague")
      try await lab.pass()
      try await lab.change("UPDATE auth_user SET is_active = false WHERE username = 'dev'")
      try await bringBack(lab)
      try await lab.pass()
      #expect(try await lab.assignments().map(\.state) == ["waiting", "queued"])
      #expect(try await lab.assignments().last?.event == theirs)
    }
  }

  @Test("Of one user's builds of a line, one whose tag is gone does not hold up the next, which asks for none")
  func nextOfLine() async throws {
    let template = Example.job("tags: [{{ event.properties.tag|default:\"board\"|yaml }}]")
    try await TestLab.with(boards: ["q"], files: files(template: template)) { lab in
      try await lab.connection.withTransaction { session in
        try LAVARows.tag("q", "big", session)
        try LAVARows.tag("q", "board", session)
        try health("q", 4, session)
      }
      let first = try await lab.send(["properties": ["tag": "big"]])
      let second = try await lab.send(["build_id": "18"])
      try await lab.pass()
      try await LAVAProgram.run(Self.django + "Tag.objects.get(name='big').delete()", on: lab)
      try await bringBack(lab)
      try await lab.pass()
      let states = try await lab.assignments().map { [$0.event: $0.state] }
      #expect(states == [[first: "waiting"], [second: "queued"]])
    }
  }

  @Test("Whom the job notifies was deleted: it waits with LAVA's words; who is only inactive may be named, as in LAVA")
  func notifiedUser() async throws {
    let notify = "notify: {criteria: {status: finished}, recipients: [{to: {method: email, user: watcher}}]}"
    try await TestLab.with(boards: ["q"], files: files(template: Example.job(notify))) { lab in
      try await lab.connection.withTransaction { _ = try LAVARows.addUser("watcher", $0) }
      _ = try await waiting(lab)
      try await LAVAProgram.run(Self.django + "User.objects.get(username='watcher').delete()", on: lab)
      try await bringBack(lab)
      #expect(try await lab.jobCount() == 0)
      #expect(try await reason(lab) == "definition: 'watcher' is not an existing user in LAVA.")
      try await lab.connection.withTransaction { _ = try LAVARows.addUser("watcher", $0) }
      try await lab.change("UPDATE auth_user SET is_active = false WHERE username = 'watcher'")
      try await lab.pass()
      #expect(try await lab.assignments().map(\.state) == ["queued"])
    }
  }

  @Test("What looks like a recipient elsewhere in a job is nobody, and a recipient whose name needs quotes is found")
  func otherUsers() async throws {
    let template = Example.job(
      """
      notify: {criteria: {status: finished}, recipients: [{to: {method: email, user: "123"}}]}
      secrets: {user: nobody}
      """)
    try await TestLab.with(boards: ["q"], files: files(template: template)) { lab in
      try await lab.connection.withTransaction { _ = try LAVARows.addUser("123", $0) }
      _ = try await waiting(lab)
      try await bringBack(lab)
      #expect(try await lab.assignments().map(\.state) == ["queued"])
    }
  }

  @Test("A renamed user's personal job goes to the group of the name he has now, as LAVA's submission would")
  func renamedUser() async throws {
    try await TestLab.with(boards: ["q"], files: files(", visibility: personal")) { lab in
      _ = try await waiting(lab)
      try await LAVAProgram.run(
        Self.django + "user = User.objects.get(username='dev'); user.username = 'devon'; user.save()", on: lab)
      try await bringBack(lab)
      #expect(
        try await lab.count(
          """
          SELECT count(*)::int AS count FROM lava_scheduler_app_testjob_viewing_groups v
            JOIN auth_group g ON g.id = v.group_id WHERE g.name = 'devon'
          """) == 1)
    }
  }
}
