import Matcher
import PostgresClient

extension FeedFacts {
  /// Reads what LAVA would refuse now of all that waits, perhaps days after it was decided: is the user still there,
  /// active, and let onto the board, does the board still carry the job's tags, is there still a group to see it, and does
  /// LAVA still have whom it notifies?
  ///
  /// A fixed number of statements, however many boards and users wait; LAVA's submission asks the same
  /// (lava_scheduler_app/models.py:from_yaml_and_user).
  mutating func readRefusals(_ grants: SubmitterGrants, _ session: borrowing PostgresSession) throws {
    let users = Array(Set(waiting.map(\.submitter)))
    let standing = try UserStanding.read(users, session)
    let forbidden = try SubmitPermission.forbiddenBoards(
      users: users, among: Array(Set(waiting.map(\.board))), session)
    let strangers = try readSenders(grants, session)
    let shapes = try ShapeDemands.read(Set(waiting.map(\.shape)), session)
    let unknown = try readUnknownRecipients(session)
    for item in waiting {
      let user = standing[item.submitter] ?? .gone
      let refusal =
        user.reason("the submitter") ?? strangers[item.id]
        ?? (forbidden[item.submitter]?.contains(item.board) == true
          ? Reason(.permission, "LAVA does not let user '\(user.name ?? "")' submit jobs to this board any more") : nil)
        ?? shapes.refusal(of: item) ?? unknown[item.shape]
      if let refusal { refusals[item.id] = refusal }
    }
  }

  /// What stands against jobs in the name of another than the event's user.
  private func readSenders(
    _ grants: SubmitterGrants, _ session: borrowing PostgresSession
  ) throws -> [Int64: Reason] {
    var reasons: [Int64: Reason] = [:]
    try session.query(FeedSQL.senders, [.int8Array(waiting.map(\.id))]).forEach { row in
      let sender: UserStanding =
        switch (try row.optionalString("sender"), try row.bool("is_active")) {
        case (let name?, true): .active(name)
        case (let name?, false): .inactive(name)
        case (nil, _): .gone
        }
      let reason =
        try sender.reason("the event's user")
        ?? sender.name.flatMap { name in
          grants.refusal(of: try row.string("submitter"), for: name, rule: try row.string("rule"))
        }
      if let reason { reasons[Int64(try row.int("id"))] = reason }
    }
    return reasons
  }
}

/// What the jobs of some shapes ask LAVA for by name, and what of it there is.
private struct ShapeDemands {
  private var tags: [Int64: [String]] = [:]
  private var groupless: Set<Int64> = []
  private var known: Set<String> = []
  private var carried: Set<[String]> = []

  static func read(_ shapes: Set<Int64>, _ session: borrowing PostgresSession) throws -> ShapeDemands {
    var demands = ShapeDemands()
    try session.query(FeedSQL.shapeDemands, [.int8Array(shapes.sorted())]).forEach { row in
      let id = Int64(try row.int("id"))
      if try row.bool("groupless") { demands.groupless.insert(id) }
      let tags = try row.stringArray("tags")
      if !tags.isEmpty { demands.tags[id] = tags }
    }
    let names = Set(demands.tags.values.joined()).sorted()
    guard !names.isEmpty else { return demands }
    try session.query(FeedSQL.carriers, [.textArray(names)]).forEach { row in
      let tag = try row.string("name")
      demands.known.insert(tag)
      if let board = try row.optionalString("device_id") { demands.carried.insert([board, tag]) }
    }
    return demands
  }

  func refusal(of item: FeedFacts.Waiting) -> Reason? {
    if let unknown = tags[item.shape]?.first(where: { !known.contains($0) }) {
      return Reason(.tag, "the job asks for the tag \(unknown), which LAVA has no more")
    }
    if let lost = tags[item.shape]?.first(where: { !carried.contains([item.board, $0]) }) {
      return Reason(.tag, "the job asks for the tag \(lost), which the board does not carry any more")
    }
    guard groupless.contains(item.shape) else { return nil }
    return Reason(.definition, "No known groups were found in the visibility list.")
  }
}

extension Reason.Code {
  /// Whether an assignment is given up for it: what is gone does not come back as the same.
  var endsAssignment: Bool { self == .retired || self == .userGone }
}
