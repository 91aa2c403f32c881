/// On what terms jobs are submitted: what `config.yaml` and LAVA's own settings say of it. One value, read again as a
/// whole while `serve` runs (`SubmissionTermsBook`).
public struct SubmissionTerms: Hashable, Sendable {
  /// How many jobs of ours LAVA's queue may hold per board, 1 to 10 in `config.yaml`.
  public var window = 1
  /// How many of them per device type, 1 to 100,000; nil for no limit.
  public var typeWindow: Int?
  /// Which rules may submit in the name of another LAVA user than the event's.
  public var grants = SubmitterGrants.none
  /// What LAVA's settings say of every job.
  public var lava = JobSettings()

  /// The terms of a lab that says nothing: one job per board, everybody in his own name, LAVA's own defaults.
  public init() {}
}

/// What LAVA's settings say of every job, whoever submits it.
public struct JobSettings: Hashable, Sendable {
  /// `EXTRA_CONTEXT_VARIABLES`: keys a job's `context` may have beside those that LAVA knows.
  public var extraContextVariables: Set<String> = []
  /// `QUEUE_TIMEOUT_HOURS`, in seconds: how long a job may wait for a board that does not say so itself, 1 s to ten
  /// years; nil for ever. LAVA knows it since 2025.02, which no table tells: who has set it has such a LAVA.
  public var queueTimeoutSeconds: Int64?

  /// LAVA's own defaults.
  public init() {}
}
