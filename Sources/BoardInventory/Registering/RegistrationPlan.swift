/// What an apply would do to all the boards that were named.
public struct RegistrationPlan: Sendable {
  /// The boards' plans, ordered by hostname; also of boards with nothing to do.
  public let boards: [BoardPlan]

  /// - Parameters:
  ///   - files: what is wanted, without mistakes.
  ///   - found: the dictionaries on disk, by hostname.
  ///   - prune: whether boards that an earlier apply of the same folder put in, and that have no file any more, are
  ///     retired.
  public init(
    _ files: BoardFiles, _ facts: RegistrationFacts, found: [String: DictionaryFolder.Found], force: Bool, prune: Bool
  ) {
    var plans = files.boards.map { BoardPlan.make($0, facts, found: found[$0.hostname], force: force) }
    if prune {
      let wanted = Set(files.boards.map(\.hostname))
      plans += facts.records.filter { hostname, record in
        !wanted.contains(hostname) && files.covers(record.file)
      }.keys.compactMap { BoardPlan.retiring($0, facts) }
    }
    boards = plans.sorted { $0.hostname < $1.hostname }
  }

  /// Whether LAVA, its folder and what boards can run stay as they are.
  public var changesNothing: Bool { boards.allSatisfy { $0.differences.isEmpty && $0.conflicts.isEmpty } }
}

extension BoardFiles {
  /// Whether a file that was applied before is the one that is named now, or lies directly in the folder that is.
  func covers(_ file: String) -> Bool {
    guard scope.hasSuffix("/") else { return file == scope }
    return file.hasPrefix(scope) && !file.dropFirst(scope.count).contains("/")
  }
}
