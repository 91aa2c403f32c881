public import PostgresClient

extension LAVARows {
  /// What becomes of a test's rows in the lab's own database: over, away and hidden, but there. LAVA's publisher waits for
  /// ever for a row that is gone when it hears of it, and forwards nothing more (2026.10, lava-publisher.py:forward_event).
  ///
  /// - Parameter types: what the names of the device types begin with.
  public static func retire(types: String, _ session: borrowing PostgresSession) throws {
    for sql: SQL in [
      // Finished, Canceled.
      """
      UPDATE lava_scheduler_app_testjob SET state = 5, health = 3
       WHERE starts_with(requested_device_type_id, $1) AND state <> 5
      """,
      // Idle, Retired.
      "UPDATE lava_scheduler_app_device SET state = 0, health = 5 WHERE starts_with(device_type_id, $1)",
      "UPDATE lava_scheduler_app_devicetype SET display = false WHERE starts_with(name, $1)",
    ] { _ = try session.execute(sql, [.text(types)]) }
  }

  /// Makes a device type that jobs can be for. LAVA's `sync` hides every type that has no board at that moment.
  public static func show(type: String, _ session: borrowing PostgresSession) throws {
    _ = try session.execute(
      """
      INSERT INTO lava_scheduler_app_devicetype
             (name, display, health_denominator, health_frequency, disable_health_check)
      VALUES ($1, true, 0, 24, true) ON CONFLICT (name) DO UPDATE SET display = true
      """, [.text(type)])
  }
}
