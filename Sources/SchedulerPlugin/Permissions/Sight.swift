public import PostgresClient

/// What somebody may see of the lab: all of it for who works on the database itself, else what LAVA shows the user.
///
/// A board that is hidden is not named, but counted. Of what LAVA has no more it has no permissions either:
/// such a board is shown unless its device type is hidden.
public struct Sight: Hashable, Sendable {
  /// LAVA's id of the user; nil sees everything.
  let userID: Int?
  private let hidden: ViewPermission.Hidden

  /// Everything.
  public static let all = Sight(userID: nil, hidden: ViewPermission.Hidden())

  /// Reads what LAVA shows a user.
  public static func read(userID: Int, _ session: borrowing PostgresSession) throws -> Sight {
    Sight(userID: userID, hidden: try ViewPermission.hidden(from: userID, session))
  }

  /// Reads what LAVA shows the user of a name; nil for a name stands for everything.
  ///
  /// Throws `UnknownUser` for a name that LAVA does not have.
  public static func read(user name: String?, _ session: borrowing PostgresSession) throws -> Sight {
    guard let name else { return .all }
    guard let id = try session.query(byName, [.text(name)]).first({ try $0.int("id") }) else {
      throw UnknownUser(name: name)
    }
    return try read(userID: id, session)
  }

  /// Whether an event is shown: people see their own, superusers all.
  public func shows(_ event: StoredEvent) -> Bool {
    userID.map { hidden.nothing || (!hidden.everything && event.senderID == $0) } ?? true
  }

  /// Whose events alone are shown; nil for everybody's.
  var sender: Int? { hidden.nothing ? nil : userID }

  /// Whether a board is shown.
  public func shows(board: String, deviceType: String) -> Bool {
    guard !hidden.everything, !hidden.boards.contains(board) else { return false }
    return !hidden.types.contains(deviceType) || hidden.shownOfHiddenTypes.contains(board)
  }

  /// Whether a device type is shown.
  public func shows(deviceType: String) -> Bool { !hidden.everything && !hidden.types.contains(deviceType) }

  /// Whether a worker's own record is shown. Its name is shown with its boards, as LAVA's REST does.
  public func shows(worker: String) -> Bool { !hidden.everything && !hidden.workers.contains(worker) }

  /// Those of LAVA's jobs that are shown.
  func shown(jobs: [Int], _ session: borrowing PostgresSession) throws -> Set<Int> {
    guard let userID else { return Set(jobs) }
    return try ViewPermission.visible(jobs, to: userID, session)
  }

  private static let byName: SQL = "SELECT id FROM auth_user WHERE username = $1"
}

/// LAVA has no user of the name.
public struct UnknownUser: Error, Hashable, Sendable, CustomStringConvertible {
  let name: String
  /// One line.
  public var description: String { "LAVA has no user '\(name)'" }
}
