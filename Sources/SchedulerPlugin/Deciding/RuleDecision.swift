/// What one rule makes of one event: shapes and the boards that get one of them, and why the others do not.
struct RuleDecision: Sendable {
  let rule: String
  let shapes: [Shape]
  let assignments: [PlannedAssignment]
  let summary: DecisionSummary

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
