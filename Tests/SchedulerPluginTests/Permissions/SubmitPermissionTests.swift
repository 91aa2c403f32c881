import BuildEvents
import LabSupport
import PostgresClient
import Testing

@testable import SchedulerPlugin

/// Protects other people's boards: nobody gets a job onto a board that LAVA would not have let them submit to.
@Suite("Permission to submit against LAVA's rule")
struct SubmitPermissionTests {
  /// A user of the matrix: which of the two groups, and which global permissions.
  private struct Person {
    let name: String
    var groups: Set<Int> = []
    var everywhere: Set<String> = []
    var isActive = true
    var isSuperuser = false
  }

  private static let people = [
    Person(name: "root", isSuperuser: true), Person(name: "plain"), Person(name: "one", groups: [0]),
    Person(name: "two", groups: [1]), Person(name: "both", groups: [0, 1]),
    Person(name: "all-devices", everywhere: ["submit_to_device"]),
    Person(name: "all-types", everywhere: ["submit_to_devicetype"]),
    Person(name: "sees-types", everywhere: ["view_devicetype"]),
    Person(name: "sees-one", groups: [0], everywhere: ["view_devicetype"]),
    Person(name: "changes", everywhere: ["change_device", "change_devicetype", "view_device"]),
    Person(name: "sees-and-submits", everywhere: ["view_devicetype", "submit_to_devicetype", "submit_to_device"]),
    Person(name: "left", groups: [0, 1], isActive: false),
    Person(name: "left-root", isActive: false, isSuperuser: true),
  ]

  /// 64 types and 64 devices of each: every set of the rows (view, submit, change) × (two groups), as bits of a number.
  private static let matrix: SQL = """
    INSERT INTO auth_group (name) VALUES ('group-0'), ('group-1');
    INSERT INTO lava_scheduler_app_devicetype
           (name, health_frequency, disable_health_check, health_denominator, display)
    SELECT 't-' || t, 24, false, 0, true FROM generate_series(0, 63) AS t;
    INSERT INTO lava_scheduler_app_device (hostname, device_type_id, state, health, is_synced)
    SELECT format('d-%s-%s', t, d), 't-' || t, 0, 0, false
      FROM generate_series(0, 63) AS t, generate_series(0, 63) AS d;
    CREATE TEMPORARY TABLE bit AS
    SELECT k, g.id AS group_id, (ARRAY['view_', 'submit_to_', 'change_'])[1 + k % 3] AS verb
      FROM generate_series(0, 5) AS k JOIN auth_group g ON g.name = 'group-' || k / 3;
    INSERT INTO lava_scheduler_app_groupdevicetypepermission (devicetype_id, group_id, permission_id)
    SELECT 't-' || t, bit.group_id, p.id
      FROM generate_series(0, 63) AS t JOIN bit ON t >> bit.k & 1 = 1
      JOIN auth_permission p ON p.codename = bit.verb || 'devicetype';
    INSERT INTO lava_scheduler_app_groupdevicepermission (device_id, group_id, permission_id)
    SELECT format('d-%s-%s', t, d), bit.group_id, p.id
      FROM generate_series(0, 63) AS t, generate_series(0, 63) AS d JOIN bit ON d >> bit.k & 1 = 1
      JOIN auth_permission p ON p.codename = bit.verb || 'device';
    """

  /// The rule as lava-database.md 3.4 says it, on the bits.
  private static func may(_ person: Person, type: Int, device: Int) -> Bool {
    func rows(_ mask: Int, _ verb: Int, mine: Bool) -> Bool {
      [0, 1].contains { mask >> ($0 * 3 + verb) & 1 == 1 && (!mine || person.groups.contains($0)) }
    }
    let (view, submit, change) = (0, 1, 2)
    guard person.isActive else { return false }
    if person.isSuperuser { return true }
    let visible =
      person.everywhere.contains("view_devicetype") || !rows(type, view, mine: false)
      || [view, submit, change].contains { rows(type, $0, mine: true) }
    guard visible else { return false }
    if person.everywhere.contains("submit_to_device") { return true }
    if [submit, change].contains(where: { rows(device, $0, mine: true) }) { return true }
    if rows(device, submit, mine: false) { return false }
    return person.everywhere.contains("submit_to_devicetype") || !rows(type, submit, mine: false)
      || [submit, change].contains { rows(type, $0, mine: true) }
  }

  private static func fill(_ session: borrowing PostgresSession) throws -> [String: Int] {
    try session.script(matrix)
    var ids: [String: Int] = [:]
    for person in people {
      ids[person.name] = try LAVARows.addUser(
        person.name, isActive: person.isActive, isSuperuser: person.isSuperuser, session)
      for group in person.groups {
        _ = try session.execute(
          """
          INSERT INTO auth_user_groups (user_id, group_id)
          SELECT u.id, g.id FROM auth_user u, auth_group g WHERE u.username = $1 AND g.name = $2
          """, [.text(person.name), .text("group-\(group)")])
      }
      for codename in person.everywhere { try LAVARows.permitEverywhere(codename, user: person.name, session) }
    }
    return ids
  }

  @Test("Every set of permission rows on types and devices, for every kind of user, follows LAVA's rule")
  func everySet() async throws {
    try await TestLab.with(boards: []) { lab in
      let forbidden = try await lab.connection.withTransaction { session in
        try Self.fill(session).mapValues { try SubmitPermission.forbiddenBoards(userID: $0, session) }
      }
      for person in Self.people {
        var expected: Set<String> = []
        for type in 0..<64 {
          for device in 0..<64 where !Self.may(person, type: type, device: device) {
            expected.insert("d-\(type)-\(device)")
          }
        }
        #expect(forbidden[person.name] == expected, "\(person.name)")
      }
    }
  }

  /// LAVA's own answer: which boards `from_yaml_and_user` would choose from, per active user.
  private static let python = """
    from django.contrib.auth.models import User
    from lava_scheduler_app.models import Device, DeviceType
    for user in User.objects.filter(is_active=True):
        types = [t.name for t in DeviceType.objects.all() if t.can_view(user)]
        boards = Device.objects.filter(device_type__in=types).accessible_by_user(user, Device.SUBMIT_PERMISSION)
        answer[user.username] = sorted(set(boards.values_list("hostname", flat=True)))
    """

  @Test("LAVA's own Python gives the same boards", .enabled(if: Lab.isWholeInEnvironment))
  func againstLAVA() async throws {
    try await TestLab.with(boards: []) { lab in
      let forbidden = try await lab.connection.withTransaction { session in
        try Self.fill(session).mapValues { try SubmitPermission.forbiddenBoards(userID: $0, session) }
      }
      let answer = try await LAVAProgram.run(Self.python, on: lab)
      let all = Set((0..<64).flatMap { type in (0..<64).map { "d-\(type)-\($0)" } })
      for person in Self.people where person.isActive {
        let allowed = Set(try #require(answer[person.name]?.arrayValue).compactMap(\.stringValue))
        #expect(forbidden[person.name] == all.subtracting(allowed), "\(person.name)")
      }
    }
  }

  @Test("A permission that comes with a group counts as if it were the user's own")
  func throughGroup() async throws {
    try await TestLab.with(boards: ["q"]) { lab in
      let (before, after, nobody) = try await lab.connection.withTransaction { session in
        let owners = try LAVARows.addGroup("owners", session)
        try LAVARows.permit("submit_to_device", device: "q", group: owners, session)
        let user = try LAVARows.addUser("dev", session)
        let before = try SubmitPermission.forbiddenBoards(userID: user, session)
        let staff = try LAVARows.addGroup("staff", members: ["dev"], session)
        try LAVARows.permitEverywhere("submit_to_device", group: staff, session)
        return (
          before, try SubmitPermission.forbiddenBoards(userID: user, session),
          try SubmitPermission.forbiddenBoards(userID: 1_000_000, session)
        )
      }
      #expect(before == ["q"])
      #expect(after == [])
      #expect(nobody == ["q"])
    }
  }
}
