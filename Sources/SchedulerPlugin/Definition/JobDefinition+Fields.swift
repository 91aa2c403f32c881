extension JobDefinition {
  /// The job's name, which LAVA stores as the description; empty when `check` would refuse it.
  public var jobName: String { root["job_name"]?.string ?? "" }

  /// Device type or alias, as written; empty when `check` would refuse it.
  public var deviceType: String { root["device_type"]?.string ?? "" }

  /// The priority, 0 to 100: `high` 100, `medium` 50, `low` 0, and 50 when there is none
  /// (`models.py:_create_pipeline_job`). Numbers out of range, which `check` refuses, come as the nearest end.
  public var priority: Int {
    switch root["priority"] {
    case .string("high"): 100
    case .string("low"): 0
    case let value?: value.integer.map { Int(min(max($0, 0), 100)) } ?? 50
    case nil: 50
    }
  }

  /// Who may see the job; `none` too for what `check` would refuse.
  public var visibility: Visibility {
    switch root["visibility"] {
    case .string("public"): .public
    case .string("personal"): .personal
    case .mapping(let mapping): mapping["group"]?.sequence.map { .groups($0.compactMap(\.string)) } ?? .none
    default: .none
    }
  }

  /// How long the job may wait for a board, in seconds; nil when the definition does not say. A duration of zero counts
  /// as 30 s (`lava_common/timeout.py:Timeout.parse`); `check` holds it between 1 s and 3650 days.
  public var queueTimeoutSeconds: Int64? {
    root["timeouts"]?.mapping?["queue"].flatMap(Self.seconds)
  }

  /// The device tags, in the order of the definition, repetitions included.
  public var tags: [String] {
    root["tags"]?.sequence?.compactMap(\.string) ?? []
  }

  /// The board the job insists on (2026.07 and later, `models.py:_get_requested_devices`).
  public var requestedDevice: String? { root["device"]?.string }

  /// The worker whose boards the job insists on (2026.07 and later).
  public var requestedWorker: String? { root["worker"]?.string }

  /// The users named in `notify.recipients`, who must exist in LAVA for the job to be accepted
  /// (`dbutils.py:validate_yaml`; since 2025.02 the text `{LAVA_DEVICE_OWNER}` is excepted).
  public var notifiedUsers: [String] {
    (root["notify"]?.mapping?["recipients"]?.sequence ?? []).compactMap { $0.mapping?["to"]?.mapping?["user"]?.string }
  }

  /// `Timeout.parse`; nil for what is no duration or no 64 bit number of seconds.
  static func seconds(of timeout: YAMLValue) -> Int64? {
    guard let mapping = timeout.mapping else { return nil }
    var total: Int64 = 0
    for (unit, length) in [("days", Int64(86_400)), ("hours", 3600), ("minutes", 60), ("seconds", 1)] {
      guard let value = mapping[unit] else { continue }
      guard let count = value.integer else { return nil }
      let product = count.multipliedReportingOverflow(by: length)
      let sum = total.addingReportingOverflow(product.partialValue)
      if product.overflow || sum.overflow { return nil }
      total = sum.partialValue
    }
    return total == 0 ? 30 : total
  }
}
