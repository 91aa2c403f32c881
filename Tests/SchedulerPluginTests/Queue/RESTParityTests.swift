import BoardInventory
import BuildEvents
import Foundation
import LabSupport
import PostgresClient
import Testing

@testable import SchedulerPlugin

/// Protects the claim that a job in the queue cannot be told from one that came through LAVA's own door.
@Suite("Rows against LAVA's own REST", .enabled(if: Lab.isWholeInEnvironment))
struct RESTParityTests {
  /// Names of this run's own, so that nothing in the lab is in the way.
  private let name = "parity-" + UUID().uuidString.prefix(8).lowercased()

  /// Three rules, one for each visibility, over a template that uses what LAVA treats specially.
  private func files() throws -> LabFiles {
    func rule(_ word: String, _ how: String) -> String {
      "rule: \(word)\nwhen: {source: jenkins}\nhow:\n  template: t\n  \(how)\n"
    }
    let template = """
      # A comment, which LAVA's dump loses.
      job_name: {{ rule.name|append:" für "|append:event.build_id|yaml }}
      device_type: {{ device_type|yaml }}
      visibility: {{ rule.visibility|yaml }}
      priority: {{ rule.priority|yaml }}
      tags: [{{ device_type|yaml }}]
      metadata: {b: "yes", a: 'été', c: {{ event.properties.p|yaml }}, "1": 010}
      context: {arch: x86_64, extra_options: [-m, "1"]}
      timeouts: {job: {minutes: 5}, action: {seconds: 90}, queue: {hours: 2}}
      actions:
      - deploy: &deploy {to: tmpfs, timeout: {minutes: 1}}
      - deploy: *deploy
      - test:
          interactive:
          - name: t
            prompts: ['a # ', "b\\n"]
            script: [{command: {{ event.properties.p|yaml }}, name: x}, {command: null}]

      """
    let own = try TemporaryFolder([
      "devices/d.yaml":
        "device_type: \(name)\narchitectures: [x86_64]\nimage_families: [nano]\nboot_methods: [qemu]\n",
      "templates/t.yaml": template, "rules/a.yaml": rule("a", "priority: high"),
      "rules/b.yaml": rule("b", "visibility: personal"), "rules/c.yaml": rule("c", "visibility: {group: [\(name)]}"),
    ])
    let files = LabFiles.read(
      LabFolders(
        devices: [own.path + "/devices"], templates: [own.path + "/templates"], rules: [own.path + "/rules"]),
      compiled: [])
    #expect(files.mistakes == [])
    return files
  }

  /// The board, its type, its tags and the group; in maintenance where LAVA's scheduler must leave its jobs alone.
  private func addBoard(health: Int, _ session: borrowing PostgresSession) throws {
    try LAVARows.addDeviceType(name, session)
    try LAVARows.addDevice(name, type: name, health: health, worker: "worker-1", session)
    try LAVARows.tag(name, name, session)
    try LAVARows.addGroup(name, session)
  }

  private static let rows: SQL = """
    SELECT to_jsonb(j) - '{id,submit_time,token}'::text[]
             || jsonb_build_object(
                  'tags', (SELECT jsonb_agg(t.name ORDER BY t.name) FROM lava_scheduler_app_testjob_tags x
                             JOIN lava_scheduler_app_tag t ON t.id = x.tag_id WHERE x.testjob_id = j.id),
                  'groups', (SELECT jsonb_agg(g.name) FROM lava_scheduler_app_testjob_viewing_groups x
                               JOIN auth_group g ON g.id = x.group_id WHERE x.testjob_id = j.id),
                  'token_length', length(j.token)) AS row
      FROM lava_scheduler_app_testjob j WHERE requested_device_type_id = $1 ORDER BY id
    """

  private func rows(_ connection: PostgresConnection) async throws -> [[String: JSONValue]] {
    let name = name
    return try await connection.withSession { session in
      try session.query(Self.rows, [.text(name)]).map {
        try JSONValue.parse(Array($0.json("row").utf8)).objectValue ?? [:]
      }
    }
  }

  /// Submits a definition as the lab's user, as any REST client does.
  private func submit(_ definition: String) async throws {
    let lab = try Lab.current.get()
    let program = """
      import os, sys, urllib.request
      request = urllib.request.Request(os.environ["PARITY_URL"] + "/api/v0.2/jobs/", data=sys.stdin.buffer.read(),
          headers={"Content-Type": "application/json", "Authorization": "Token " + os.environ["PARITY_TOKEN"]})
      try:
          urllib.request.urlopen(request)
      except urllib.error.HTTPError as error:
          sys.exit(error.read().decode())
      """
    _ = try await Command(
      "/usr/bin/env", ["python3", "-c", program],
      environment: ["PARITY_URL": lab["BOARDCAST_LAB_LAVA_URL"], "PARITY_TOKEN": lab["BOARDCAST_LAB_TOKEN"]],
      input: Data(JSONValue.object(["definition": .string(definition)]).serialized)
    ).succeed()
  }

  @Test("Every column, tag and viewing group is as LAVA's REST writes it; id, times and token apart")
  func everyColumn() async throws {
    let files = try files()
    let ours = try await TestLab.with(boards: [], files: files) { lab in
      try await lab.connection.withTransaction { try addBoard(health: 0, $0) }
      try await lab.send(["properties": ["p": "x: {y} # 'z' \\ é"]])
      #expect(try await lab.pass(window: 3).queued == 3)
      return try await rows(lab.connection)
    }
    let name = name
    let lava = try await PostgresConnection.connect(
      PostgresConfiguration(connectionString: Lab.current.get()["BOARDCAST_LAB_URL"]), logger: LAVADatabase.logger)
    try await lava.withTransaction { session in
      try addBoard(health: 4, session)
      try LAVARows.tag(name, BoardTag.name(for: name), session)
    }
    let theirs: [[String: JSONValue]]
    do {
      for row in ours { try await submit(try #require(row["original_definition"]?.stringValue)) }
      theirs = try await rows(lava)
    } catch {
      try await clear(lava)
      throw error
    }
    try await clear(lava)
    await lava.close()
    #expect(ours.count == 3)
    #expect(theirs.count == 3)
    for (mine, their) in zip(ours, theirs) {
      #expect(mine.keys.sorted() == their.keys.sorted())
      for (column, value) in their {
        // The REST framework strips white space at both ends of a text field; LAVA's XML-RPC does not.
        let own = column == "original_definition" ? mine[column]?.stringValue.map(stripped) : mine[column]
        #expect(own == value, "\(column)")
      }
    }
    #expect(ours.map { $0["groups"] } == [.null, ["ci-bot"], [.string(name)]])
    #expect(ours.map { $0["priority"] } == [100, 50, 50])
    if Lab.knowsRequestedDevices {
      #expect(ours.allSatisfy { $0["requested_device_id"] == .string(name) })
      #expect(ours.allSatisfy { $0["requested_worker_id"] == "worker-1" })
      #expect(ours.allSatisfy { $0["tags"] == [.string(name)] })
    }
  }

  private func stripped(_ text: String) -> JSONValue {
    .string(text.trimmingCharacters(in: .whitespacesAndNewlines))
  }

  private func clear(_ lava: PostgresConnection) async throws {
    let name = name
    try await lava.withTransaction { try LAVARows.retire(types: name, $0) }
  }
}
