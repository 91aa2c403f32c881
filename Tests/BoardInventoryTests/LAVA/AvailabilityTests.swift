import BoardInventory
import LabSupport
import Matcher
import PostgresClient
import Testing

/// Protects the word "ready": a board is ready exactly where LAVA's scheduler would give it a job.
@Suite("Availability against LAVA's predicate")
struct AvailabilityTests {
  /// Every state and health LAVA knows and one beyond, every worker state and health and one beyond, no worker at all,
  /// job limits below, at and above the busy boards, displayed and hidden types: 6,104 boards, and the busy ones
  /// that fill up their workers.
  private static let rows: SQL = """
    INSERT INTO lava_scheduler_app_devicetype
           (name, health_frequency, disable_health_check, health_denominator, display)
    VALUES ('shown', 24, false, 0, true), ('hidden', 24, false, 0, false);
    CREATE TEMPORARY TABLE combination AS
    SELECT concat_ws('-', ds, dh, type, ws, wh, job_limit, others) AS name, *
      FROM generate_series(0, 3) AS ds, generate_series(0, 6) AS dh, (VALUES ('shown'), ('hidden')) AS t (type),
           generate_series(0, 2) AS ws, generate_series(0, 3) AS wh, generate_series(0, 2) AS job_limit,
           generate_series(0, 2) AS others;
    INSERT INTO lava_scheduler_app_worker (hostname, state, health, job_limit, last_ping, token)
    SELECT 'w-' || name, ws, wh, job_limit, now(), repeat('x', 32) FROM combination;
    INSERT INTO lava_scheduler_app_device (hostname, device_type_id, state, health, worker_host_id, is_synced)
    SELECT 'd-' || name, type, ds, dh, 'w-' || name, false FROM combination
    UNION ALL
    SELECT format('f-%s-%s', name, n), 'shown', 1 + n % 2, 0, 'w-' || name, false
      FROM combination, LATERAL generate_series(1, others) AS n
    UNION ALL
    SELECT DISTINCT concat_ws('-', 'n', ds, dh, type), type, ds, dh, NULL, false FROM combination;
    """

  /// lava-database.md, section 2, over LAVA's own tables.
  private static let predicate: SQL = """
    SELECT d.hostname
      FROM lava_scheduler_app_device d
      JOIN lava_scheduler_app_devicetype t ON t.name = d.device_type_id
      JOIN lava_scheduler_app_worker w ON w.hostname = d.worker_host_id
     WHERE t.display AND d.state = 0 AND d.health IN (0, 1) AND w.state = 0 AND w.health = 0
       AND (w.job_limit = 0 OR (SELECT count(*) FROM lava_scheduler_app_device b
                                 WHERE b.worker_host_id = w.hostname AND b.state IN (1, 2)) < w.job_limit)
    """

  @Test("Over every combination of rows the ready boards are those of LAVA's predicate, and the others say why not")
  func everyCombination() async throws {
    try await LAVADatabase.with(migrated: false) { configuration in
      let connection = try await PostgresConnection.connect(configuration, logger: LAVADatabase.logger)
      let (lab, schedulable) = try await connection.withTransaction { session in
        try session.script(Self.rows)
        return (
          try LabSnapshot.read(session, catalogue: DeviceCatalogue([])),
          try session.query(Self.predicate).map { try $0.string("hostname") }
        )
      }
      let ready = lab.boards.filter { $0.board.availability.kind == .ready }.map(\.board.hostname)
      #expect(lab.boards.count > 12_000)
      #expect(schedulable.count > 10)
      #expect(Set(ready) == Set(schedulable))
      #expect(ready.count == schedulable.count)
      for board in lab.boards {
        let availability = board.board.availability
        #expect((availability.kind == .ready) == availability.facts.isEmpty)
        let isRetired = board.row.health == 5 || board.row.worker?.health == 2
        #expect((availability.kind == .gone) == isRetired, "\(board.board.hostname)")
      }
      await connection.close()
    }
  }

  @Test("The four words: LAVA's next job goes to busy boards without anybody's help, to away ones it does not")
  func words() {
    func kind(state: Int = 0, health: Int = 0, worker: LabWorker? = .idle, displayed: Bool = true) -> Availability.Kind
    {
      Availability(
        DeviceRow(
          hostname: "d", deviceType: "t", state: state, health: health, worker: worker, typeDisplayed: displayed)
      ).kind
    }
    #expect(kind() == .ready)
    #expect(kind(health: 1) == .ready)
    #expect(kind(state: 1) == .busy)
    #expect(kind(state: 2) == .busy)
    #expect(kind(worker: .with(jobLimit: 2, busy: 2)) == .busy)
    #expect(kind(worker: .with(jobLimit: 2, busy: 1)) == .ready)
    #expect(kind(health: 2) == .away)
    #expect(kind(health: 3) == .away)
    #expect(kind(health: 4) == .away)
    #expect(kind(worker: nil) == .away)
    #expect(kind(worker: .with(state: 1)) == .away)
    #expect(kind(worker: .with(health: 1)) == .away)
    #expect(kind(displayed: false) == .away)
    #expect(kind(state: 2, health: 4) == .away)
    #expect(kind(health: 5) == .gone)
    #expect(kind(state: 2, health: 5) == .gone)
    #expect(kind(worker: .with(state: 1, health: 2)) == .gone)
    #expect(kind(state: 9) == .away)
    #expect(kind(health: 9) == .away)
  }
}

extension LabWorker {
  fileprivate static let idle = LabWorker.with()

  fileprivate static func with(state: Int = 0, health: Int = 0, jobLimit: Int = 0, busy: Int = 0) -> LabWorker {
    LabWorker(hostname: "w", state: state, health: health, jobLimit: jobLimit, busyDevices: busy)
  }
}
