import BoardInventory
import BuildEvents
import LabSupport
import PostgresClient
import Testing

@testable import SchedulerPlugin

/// Protects who may see a job: LAVA reads it from the rows, and a mistake there shows secrets or hides results.
@Suite("Rows for visibility and tags")
struct VisibilityRowTests {
  /// The shipped device types with one rule and one template of the test's own.
  private static func files(how: String, template: String = Example.job()) throws -> LabFiles {
    let own = try TemporaryFolder([
      "rules/r.yaml": "rule: r\nwhen: {source: jenkins}\nhow:\n  template: t\n  \(how)\n", "templates/t.yaml": template,
    ])
    let files = LabFiles.read(
      LabFolders(
        devices: [Lab.repository + "/devices"], templates: [own.path + "/templates"], rules: [own.path + "/rules"]),
      compiled: [])
    #expect(files.mistakes == [])
    return files
  }

  /// Names of the groups that may see the only job, and whether everybody may.
  private func seen(_ lab: TestLab) async throws -> (isPublic: Bool, groups: [String]) {
    try await lab.connection.withSession { session in
      let isPublic = try session.query("SELECT is_public FROM lava_scheduler_app_testjob").only {
        try $0.bool("is_public")
      }
      let groups = try session.query(
        """
        SELECT g.name FROM lava_scheduler_app_testjob_viewing_groups v JOIN auth_group g ON g.id = v.group_id ORDER BY 1
        """
      ).map { try $0.string("name") }
      return (isPublic, groups)
    }
  }

  @Test("personal makes the group of the user's name where there is none, and adds nobody to it")
  func personal() async throws {
    try await TestLab.with(boards: ["q"], files: try Self.files(how: "visibility: personal")) { lab in
      try await lab.send()
      #expect(try await lab.pass().queued == 1)
      #expect(try await seen(lab) == (false, ["ci-bot"]))
      let members = try await lab.count(
        """
        SELECT count(*)::int AS count FROM auth_user_groups u JOIN auth_group g ON g.id = u.group_id
         WHERE g.name = 'ci-bot'
        """)
      #expect(members == 0)
      // A second job finds the group that is there.
      try await lab.change("UPDATE lava_scheduler_app_testjob SET state = 5")
      try await lab.send(["build_id": "18"])
      try await lab.pass()
      #expect(try await lab.count("SELECT count(*)::int AS count FROM auth_group WHERE name = 'ci-bot'") == 1)
      #expect(try await lab.count("SELECT count(*)::int AS count FROM lava_scheduler_app_testjob_viewing_groups") == 2)
    }
  }

  @Test("group names the groups that exist; LAVA drops the others")
  func groups() async throws {
    let files = try Self.files(how: "visibility: {group: [kernel, nobody, release]}")
    try await TestLab.with(boards: ["q"], files: files) { lab in
      try await lab.connection.withTransaction { session in
        for name in ["release", "kernel", "other"] { try LAVARows.addGroup(name, session) }
      }
      try await lab.send()
      #expect(try await lab.pass().queued == 1)
      #expect(try await seen(lab) == (false, ["kernel", "release"]))
    }
  }

  @Test("Tags of the template stand beside the board's own, each once")
  func tags() async throws {
    let files = try Self.files(how: "visibility: public", template: Example.job("tags: [big, hvm, big]"))
    try await TestLab.with(boards: ["q1", "q2"], files: files) { lab in
      try await lab.connection.withTransaction { session in
        for name in ["big", "hvm"] { try LAVARows.tag("q1", name, session) }
      }
      try await lab.send()
      #expect(try await lab.pass().queued == 1)
      let tags = try await lab.connection.withSession { session in
        try session.query(
          """
          SELECT t.name FROM lava_scheduler_app_testjob_tags j JOIN lava_scheduler_app_tag t ON t.id = j.tag_id
           ORDER BY 1
          """
        ).map { try $0.string("name") }
      }
      #expect(tags == (Lab.knowsRequestedDevices ? ["big", "hvm"] : ["big", "board-q1", "hvm"]))
      #expect(try await seen(lab) == (true, []))
    }
  }

  @Test("A queue timeout of the template stands in its column, in seconds")
  func queueTimeout() async throws {
    let template = Example.job().replacing("job: {minutes: 5}", with: "job: {minutes: 5}\n  queue: {hours: 1}")
    try await TestLab.with(boards: ["q"], files: try Self.files(how: "priority: 3", template: template)) { lab in
      try await lab.send()
      try await lab.pass()
      #expect(try await lab.count("SELECT queue_timeout AS count FROM lava_scheduler_app_testjob") == 3600)
      #expect(try await lab.count("SELECT priority AS count FROM lava_scheduler_app_testjob") == 3)
    }
  }
}
