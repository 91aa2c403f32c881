import Matcher
import PostgresClient

extension FeedFacts {
  /// What stands against shapes whose jobs notify a user LAVA has no more: its submission would refuse them
  /// (lava_scheduler_app/dbutils.py:validate_yaml). An inactive user may be named, as there.
  ///
  /// Definitions are only looked into where one of their lines names somebody LAVA does not have.
  func readUnknownRecipients(_ session: borrowing PostgresSession) throws -> [Int64: Reason] {
    let shapes = Set(waiting.map(\.shape)).sorted()
    var named: [Int64: [String]] = [:]
    try session.query(
      FeedSQL.notifying, [.int8Array(shapes), .text("'\(JobDefinition.deviceOwner)'")]
    ).forEach { row in
      let users = try? JobDefinition.load(try row.string("definition")).notifiedUsers
      named[Int64(try row.int("id"))] = (users ?? []).filter { $0 != JobDefinition.deviceOwner }
    }
    let all = Set(named.values.joined()).sorted()
    guard !all.isEmpty else { return [:] }
    let known = Set(try session.query(FeedSQL.usernames, [.textArray(all)]).map { try $0.string("username") })
    return named.compactMapValues { users in
      users.first { !known.contains($0) }.map { Reason(.definition, JobDefinition.unknownUser($0)) }
    }
  }
}
