import PostgresClient

/// How long jobs take, from those that LAVA finished: the median per device type and template of ours, else per device
/// type of anybody's jobs of the last 90 days. Health checks and cancelled jobs do not count.
struct JobLengths: Sendable {
  private struct Kind: Hashable {
    let deviceType: String
    let template: String
  }

  private var ours: [Kind: Double] = [:]
  private var anybodys: [String: Double] = [:]

  /// Seconds a job takes; nil when LAVA finished none on the type.
  func seconds(deviceType: String, template: String) -> Double? {
    ours[Kind(deviceType: deviceType, template: template)] ?? anybodys[deviceType]
  }

  static func read(_ session: borrowing PostgresSession) throws -> JobLengths {
    var lengths = JobLengths()
    try session.query(ofOurs).forEach { row in
      let kind = Kind(deviceType: try row.string("device_type"), template: try row.string("template"))
      lengths.ours[kind] = try row.double("seconds")
    }
    try session.query(ofAnybodys).forEach { row in
      lengths.anybodys[try row.string("device_type")] = try row.double("seconds")
    }
    return lengths
  }

  private static let ofOurs: SQL = """
    SELECT a.device_type, s.template,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM j.end_time - j.start_time)::float8) AS seconds
      FROM boardcast.assignment a
      JOIN boardcast.shape s ON s.id = a.shape_id
      JOIN lava_scheduler_app_testjob j ON j.id = a.job_id
     WHERE j.state = 5 AND j.health IN (1, 2) AND j.end_time >= j.start_time
     GROUP BY a.device_type, s.template
    """

  /// Only `submit_time` has an index.
  private static let ofAnybodys: SQL = """
    SELECT requested_device_type_id AS device_type,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM end_time - start_time)::float8) AS seconds
      FROM lava_scheduler_app_testjob
     WHERE submit_time > now() - interval '90 days' AND requested_device_type_id IS NOT NULL
       AND state = 5 AND health IN (1, 2) AND NOT health_check AND end_time >= start_time
     GROUP BY requested_device_type_id
    """
}
