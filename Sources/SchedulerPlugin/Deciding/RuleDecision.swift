/// What one rule makes of one event: shapes and the boards that get one of them, and why the others do not.
struct RuleDecision: Sendable {
  let rule: String
  let plan: TestPlan
  /// Whom the jobs belong to, when that is not the event's user.
  let submitter: Submitter?
  let shapes: [Shape]
  let assignments: [PlannedAssignment]
  let summary: DecisionSummary

  /// The boards whose jobs find them by their own tag.
  var boardsByTag: [String] {
    assignments.filter { shapes[$0.shape].route == .ownTag }.map(\.board)
  }

  /// A user of LAVA's.
  struct Submitter: Hashable, Sendable {
    let id: Int
    let name: String
  }

  /// One board that is to be tested.
  struct PlannedAssignment: Hashable, Sendable {
    let board: String
    let deviceType: String
    /// Position in `shapes`.
    let shape: Int
    /// How long the assignment may wait, in hours.
    let waitHours: Int
  }
}
