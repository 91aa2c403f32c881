import Stencil

/// How much one job may cost to render, so that no template loops or grows without end: characters of template text
/// gone through, parts and rounds of loops included, and characters put out. Counting, not time, so that the same
/// template always ends the same way.
final class RenderBudget {
  /// What a job may cost; a usual one costs a few thousand.
  static let limit = 2_000_000

  private var left = limit

  /// Before each job.
  func refill() { left = Self.limit }

  /// Throws when the job has become too expensive.
  func charge(_ cost: Int) throws {
    left -= cost
    guard left > 0 else {
      throw TemplateSyntaxError("the job grows over \(Self.limit) characters of template and text")
    }
  }
}
