/// The last health check that LAVA has of a board: the job its `last_health_report_job` names, which LAVA sets when a
/// health check ends, however it ended (lava_scheduler_app/models.py:Device.testjob_signal).
public struct HealthCheck: Hashable, Sendable {
  /// Whether LAVA's word for the job is Complete.
  public let hasPassed: Bool
  /// When it ended, in seconds since 1970; nil where LAVA noted no time.
  public let endedAt: Double?

  /// A check from LAVA's columns.
  public init(hasPassed: Bool, endedAt: Double?) {
    self.hasPassed = hasPassed
    self.endedAt = endedAt
  }
}
