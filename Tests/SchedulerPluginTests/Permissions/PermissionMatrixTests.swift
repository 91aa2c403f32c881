import BuildEvents
import LabSupport
import PostgresClient
import Testing

@testable import SchedulerPlugin

/// Protects other people's boards, jobs and names: who may send, submit, and see what, is LAVA's answer in every cell.
@Suite("Permissions against LAVA's own code")
struct PermissionMatrixTests {
  /// LAVA's answers for every user: at the door, by its lists, and for single boards.
  private static let python = """
    from django.contrib.auth.models import User
    from rest_framework.exceptions import AuthenticationFailed
    from lava_rest_app.authentication import LavaTokenAuthentication
    from lava_scheduler_app.models import Device, DeviceType, TestJob, Worker

    def names(rows, column):
        return sorted(set(rows.values_list(column, flat=True)))

    def workers(user):
        try:
            return names(Worker.objects.visible_by_user(user), "hostname")
        except NotImplementedError:
            return names(Worker.objects.all(), "hostname")

    for user in User.objects.filter(username__startswith="u"):
        try:
            LavaTokenAuthentication().authenticate_credentials("token-of-" + user.username)
        except AuthenticationFailed as exc:
            answer[user.username] = {"door": str(exc.detail)}
            continue
        types = [t.name for t in DeviceType.objects.all() if t.can_view(user)]
        submit = Device.objects.filter(device_type__in=types).accessible_by_user(user, Device.SUBMIT_PERMISSION)
        devices = Device.objects.select_related("device_type").all()
        answer[user.username] = {
            "types": names(DeviceType.objects.visible_by_user(user), "name"),
            "can_view_type": types,
            "boards": names(Device.objects.visible_by_user(user), "hostname"),
            "can_view": [d.hostname for d in devices if d.can_view(user)],
            "workers": workers(user),
            "jobs": names(TestJob.objects.visible_by_user(user), "id"),
            "submit": names(submit, "hostname"),
            "can_submit": [d.hostname for d in devices if d.can_submit(user) and d.device_type.can_view(user)],
        }
    """

  @Test("Generated users, groups, permissions, boards and jobs: every cell is LAVA's", arguments: [UInt64(1), 2, 3])
  func everyCell(seed: UInt64) async throws {
    try await TestLab.with(boards: []) { lab in
      let matrix = try await lab.connection.withTransaction { try PermissionMatrix(seed: seed, $0) }
      let answer = try await LAVAProgram.run(Self.python, on: lab)
      var cells = 0
      var yes = 0
      for user in matrix.users {
        let theirs = try #require(answer[user])
        let ours = try await Ours(user, matrix, lab)
        #expect(ours.door == theirs["door"]?.stringValue, "\(user)")
        cells += 1
        if theirs["door"] != nil {
          #expect(ours.isBlind, "\(user) is not let in and sees something")
          continue
        }
        for (question, names, mine) in ours.answers {
          let allowed = Set(
            (theirs[question]?.arrayValue ?? []).map { $0.stringValue ?? $0.intValue.map(String.init) ?? "" })
          #expect(mine == allowed.intersection(names), "seed \(seed): \(question) of \(user)")
          cells += names.count
          yes += mine.count
        }
      }
      let generation = try Lab.current.get()["BOARDCAST_LAB_LAVA"]
      print("permissions, LAVA \(generation), seed \(seed): \(cells) cells compared, \(yes) of them yes")
      // A matrix in which all is allowed, or nothing, would agree with anything.
      #expect(yes > cells / 10 && yes < cells * 9 / 10)
    }
  }

  /// What we say of one user.
  private struct Ours {
    var door: String?
    var answers: [(question: String, names: Set<String>, mine: Set<String>)] = []
    var isBlind = false

    init(_ user: String, _ matrix: PermissionMatrix, _ lab: TestLab) async throws {
      let id = try #require(matrix.ids[user])
      let token = matrix.secret(user)
      let (sight, forbidden, jobs, stranger) = try await lab.connection.withTransaction { session in
        var stranger: Stranger?
        do {
          _ = try Sender.find(.token(token), session)
        } catch let who as Stranger { stranger = who }
        let sight = try Sight.read(userID: id, session)
        return (
          sight, try SubmitPermission.forbiddenBoards(userID: id, session),
          try sight.shown(jobs: matrix.jobs, session), stranger
        )
      }
      // LAVA's words (lava_rest_app/authentication.py).
      door = stranger.map { $0 == .inactive ? "User inactive or deleted." : "Invalid token." }
      let types = Set(matrix.types)
      let boards = Set(matrix.boards)
      let seen = boards.filter { board in
        sight.shows(board: board, deviceType: matrix.types.first { board.hasPrefix($0 + "-") } ?? "")
      }
      let seenTypes = types.filter { sight.shows(deviceType: $0) }
      let workers = Set(matrix.workers)
      let allowed = boards.subtracting(forbidden)
      answers = [
        ("types", types, seenTypes), ("can_view_type", types, seenTypes), ("boards", boards, seen),
        ("can_view", boards, seen), ("workers", workers, workers.filter { sight.shows(worker: $0) }),
        ("jobs", Set(matrix.jobs.map(String.init)), Set(jobs.map(String.init))), ("submit", boards, allowed),
        ("can_submit", boards, allowed),
      ]
      isBlind = answers.allSatisfy(\.mine.isEmpty)
    }
  }
}
