public import PostgresClient

extension LAVARows {
  /// A health check of a device that has just ended, as LAVA notes it: the job, and the device's last report in the same
  /// transaction as its state.
  ///
  /// - Parameters:
  ///   - health: of the job: 1 is Complete, 2 Incomplete.
  ///   - hours: how long ago it ended.
  public static func endHealthCheck(
    _ hostname: String, health: Int = 1, hoursAgo hours: Int = 0, _ session: borrowing PostgresSession
  ) throws {
    let isNewer = try session.query(
      """
      SELECT EXISTS (SELECT FROM pg_attribute WHERE attname = 'metadata' AND NOT attisdropped
                        AND attrelid = 'lava_scheduler_app_testjob'::regclass) AS newer
      """
    ).only { try $0.bool("newer") }
    let insert: SQL =
      isNewer
      ? """
      INSERT INTO lava_scheduler_app_testjob
             (sub_id, is_public, health_check, submit_time, start_time, end_time, priority, definition, original_definition,
              multinode_definition, submitter_id, pipeline_compatibility, state, health, token, actual_device_id,
              requested_device_type_id, metadata)
      SELECT '', true, true, now(), now(), now() - $3::int * interval '1 hour', 50, '', '', '', u.id, 0, 5, $2, '',
             d.hostname, d.device_type_id, '{}'
        FROM lava_scheduler_app_device d, (SELECT min(id) AS id FROM auth_user) u WHERE d.hostname = $1
      RETURNING id
      """
      : """
      INSERT INTO lava_scheduler_app_testjob
             (sub_id, is_public, health_check, submit_time, start_time, end_time, priority, definition, original_definition,
              multinode_definition, submitter_id, pipeline_compatibility, state, health, token, actual_device_id,
              requested_device_type_id)
      SELECT '', true, true, now(), now(), now() - $3::int * interval '1 hour', 50, '', '', '', u.id, 0, 5, $2, '',
             d.hostname, d.device_type_id
        FROM lava_scheduler_app_device d, (SELECT min(id) AS id FROM auth_user) u WHERE d.hostname = $1
      RETURNING id
      """
    let job = try session.query(insert, [.text(hostname), PostgresValue(health), PostgresValue(hours)]).only {
      try $0.int("id")
    }
    _ = try session.execute(
      "UPDATE lava_scheduler_app_device SET last_health_report_job_id = $2, state = 0 WHERE hostname = $1",
      [.text(hostname), PostgresValue(job)])
  }
}
