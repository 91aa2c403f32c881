public import BuildEvents

/// The event LAVA sends when a job is submitted (lava_scheduler_app/signals.py:testjob_post_handler).
public struct TestJobEvent: Hashable, Sendable {
  /// LAVA's id of the job.
  public var job: Int64
  /// The job's name.
  public var description: String?
  /// 0 to 100.
  public var priority: Int
  /// When it was submitted, in microseconds since 1970 UTC.
  public var submitted: Int64
  /// The username of the user whose job it is.
  public var submitter: String
  /// Whether it is a health check.
  public var isHealthCheck: Bool
  /// The device type it asks for; nil for a secondary connection.
  public var deviceType: String?

  /// A job of one node that stands in the queue.
  public init(
    job: Int64, description: String?, priority: Int, submitted: Int64, submitter: String, isHealthCheck: Bool = false,
    deviceType: String?
  ) {
    self.job = job
    self.description = description
    self.priority = priority
    self.submitted = submitted
    self.submitter = submitter
    self.isHealthCheck = isHealthCheck
    self.deviceType = deviceType
  }

  /// The event's content. State and health are those of a job nobody took yet, in LAVA's words.
  public var json: JSONValue {
    var members: [String: JSONValue] = [
      "health": "Unknown", "state": "Submitted", "job": .int(job),
      "description": description.map(JSONValue.string) ?? .null, "priority": .int(Int64(priority)),
      "submit_time": .string(IsoTime.text(submitted, offset: true)), "submitter": .string(submitter),
      "health_check": .bool(isHealthCheck),
    ]
    if let deviceType { members["device_type"] = .string(deviceType) }
    return .object(members)
  }

  /// The five frames of the message (signals.py:send_event).
  ///
  /// - Parameters:
  ///   - now: the time it is sent, in microseconds since 1970 UTC.
  ///   - offset: whether the time says that it is UTC, as LAVA does since 2026.07.
  ///   - random: where the sender's number in the message's id comes from.
  func frames(
    topic: String, now: Int64, offset: Bool, random: inout some RandomNumberGenerator
  ) -> [[UInt8]] {
    [
      Array((topic + ".testjob").utf8), Array(TimeUUID.text(now, using: &random).utf8),
      Array(IsoTime.text(now, offset: offset).utf8), Array(submitter.utf8), json.serialized,
    ]
  }
}
