import BuildEvents
import Foundation
import LabSupport
import PostgresClient
import Testing

@testable import SchedulerPlugin

/// Protects the claim that permissions are LAVA's where it counts: at the door that people know, with their own tokens.
@Suite("Permissions against LAVA's REST", .enabled(if: Lab.isWholeInEnvironment))
struct RESTPermissionTests {
  /// Names of this run's own, so that nothing in the lab is in the way.
  private let prefix = "p" + UUID().uuidString.prefix(6).lowercased() + "-"

  /// Everything a user of LAVA's REST sees, and for which device types it takes his job.
  private static let client = """
    import json, os, sys, urllib.request
    question = json.load(sys.stdin)
    def ask(url, token, body=None):
        if url.startswith("/"):
            url = question["url"] + "/api/v0.2" + url
        request = urllib.request.Request(url, data=body and json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "Authorization": "Token " + token})
        try:
            with urllib.request.urlopen(request) as reply:
                return reply.status, json.load(reply)
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
    def names(path, key, token):
        url, found = path, []
        while url:
            status, page = ask(url, token)
            if status != 200:
                return None
            found += [str(row[key]) for row in page["results"]]
            url = page["next"]
        return found
    answer = {}
    for user, token in question["tokens"].items():
        boards = names("/devices/?limit=500", "hostname", token)
        if boards is None:
            answer[user] = None
            continue
        submit = []
        for name, definition in question["jobs"].items():
            status, text = ask("/jobs/", token, {"definition": definition})
            if status == 201:
                submit.append(name)
            elif status != 400:
                sys.exit("%s for %s: %s %s" % (user, name, status, text))
        answer[user] = {"boards": boards, "types": names("/devicetypes/?limit=500", "name", token),
            "workers": names("/workers/?limit=500", "hostname", token), "submit": submit}
    for user, token in question["tokens"].items():
        if answer[user]:
            answer[user]["jobs"] = names("/jobs/?limit=500", "id", token)
    print(json.dumps(answer))
    """

  @Test("Lists and submissions of generated users: every answer of LAVA's REST is ours")
  func everyAnswer() async throws {
    let lab = try Lab.current.get()
    let lava = try await PostgresConnection.connect(
      PostgresConfiguration(connectionString: lab["BOARDCAST_LAB_URL"]), logger: LAVADatabase.logger)
    let prefix = prefix
    // In maintenance, so that LAVA's scheduler leaves the boards and their jobs alone.
    let size = PermissionMatrix.Size(users: 8, groups: 4, types: 10, boardsPerType: 2, workers: 3, jobs: 30, health: 4)
    do {
      let matrix = try await lava.withTransaction { try PermissionMatrix(seed: 5, prefix: prefix, size: size, $0) }
      try await compare(matrix, lava, lab)
    } catch {
      try await clear(lava)
      throw error
    }
    try await clear(lava)
    await lava.close()
  }

  private func compare(_ matrix: PermissionMatrix, _ lava: PostgresConnection, _ lab: Lab) async throws {
    let jobs = matrix.types.map { type in
      (
        type,
        "job_name: x\ndevice_type: \(type)\nvisibility: public\npriority: low\ntimeouts: {job: {minutes: 5}}\n"
          + "actions: [{deploy: {to: tmpfs, images: {}}}]\n"
      )
    }
    let question: JSONValue = [
      "url": .string(try lab["BOARDCAST_LAB_LAVA_URL"]),
      "tokens": .object(
        Dictionary(uniqueKeysWithValues: matrix.users.map { ($0, .string(matrix.secret($0))) })),
      "jobs": .object(Dictionary(uniqueKeysWithValues: jobs.map { ($0, .string($1)) })),
    ]
    let output = try await Command("/usr/bin/python3", ["-c", Self.client], input: Data(question.serialized))
      .succeed()
    let answer = try JSONValue.parse(
      Array(output.utf8), limits: Limits(bytes: 1 << 24, depth: 6, members: 1 << 20))
    let prefix = prefix
    let all = try await lava.withSession { session in
      try session.query(
        "SELECT id FROM lava_scheduler_app_testjob WHERE starts_with(requested_device_type_id, $1)", [.text(prefix)]
      ).map { try $0.int("id") }
    }
    var answers = 0
    for user in matrix.users {
      let id = try #require(matrix.ids[user])
      let (sight, forbidden, seenJobs) = try await lava.withTransaction(.repeatableRead, readOnly: true) { session in
        let sight = try Sight.read(userID: id, session)
        return (
          sight, try SubmitPermission.forbiddenBoards(userID: id, session), try sight.shown(jobs: all, session)
        )
      }
      answers += 1
      guard case .object(let theirs)? = answer[user] else {
        #expect(!sight.shows(deviceType: "any"), "\(user) is not let in and sees something")
        continue
      }
      func their(_ question: String) -> Set<String> {
        Set((theirs[question]?.arrayValue ?? []).compactMap(\.stringValue))
      }
      let boards = matrix.boards.filter { board in
        sight.shows(board: board, deviceType: matrix.types.first { board.hasPrefix($0 + "-") } ?? "")
      }
      #expect(their("boards").filter { $0.hasPrefix(prefix) } == Set(boards), "boards of \(user)")
      let types = matrix.types.filter { sight.shows(deviceType: $0) }
      #expect(their("types").filter { $0.hasPrefix(prefix) } == Set(types), "types of \(user)")
      let workers = matrix.workers.filter { sight.shows(worker: $0) }
      #expect(their("workers").filter { $0.hasPrefix(prefix) } == Set(workers), "workers of \(user)")
      let open = matrix.types.filter { type in
        matrix.boards.contains { $0.hasPrefix(type + "-") && !forbidden.contains($0) }
      }
      #expect(their("submit") == Set(open), "submissions of \(user)")
      #expect(their("jobs").intersection(all.map(String.init)) == Set(seenJobs.map(String.init)), "jobs of \(user)")
      answers += matrix.boards.count + 2 * matrix.types.count + matrix.workers.count + all.count
    }
    print("REST, LAVA \(try lab["BOARDCAST_LAB_LAVA"]): \(answers) answers compared, \(all.count) jobs")
  }

  /// Nobody can use what this run put into the lab any more.
  private func clear(_ lava: PostgresConnection) async throws {
    let prefix = prefix
    try await lava.withTransaction { session in
      try LAVARows.retire(types: prefix, session)
      _ = try session.execute(
        "UPDATE auth_user SET is_active = false WHERE starts_with(username, $1)", [.text(prefix)])
    }
  }
}
