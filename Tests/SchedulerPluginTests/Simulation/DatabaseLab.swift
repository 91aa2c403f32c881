import BoardInventory
import BuildEvents
import Foundation
import LabSupport
import Matcher
import PostgresClient
import TestRandom

@testable import SchedulerPlugin

/// A lab in LAVA's real tables on which the writer itself works, as it stands; LAVA's side, its scheduler, workers and
/// people, is moved by SQL, row by row as LAVA writes them. Time goes by in that everything stored gets older.
struct DatabaseLab {
  let lab: TestLab
  let boards: Int
  var random: SeededRandom
  private(set) var events = 0

  /// Types 0 to 9 can run what is built, the other two cannot.
  static let types = 12
  static let rules = [
    """
    rule: every
    when: {image_family: nano}
    how: {template: t}
    limits: {wait_hours: 48}
    """,
    """
    rule: few
    when: {source: {glob: 'ci-*'}}
    where: {target: {any: 5}}
    how: {template: t, priority: 80}
    limits: {at_once: {rule: 20, device_type: 2}}
    """,
    """
    rule: nightly
    when: {branch: main}
    where: {target: each_device_type, exclude: {boards: '*7'}}
    how: {template: t}
    limits: {once_per: {hours: 12}, newer_build: supersede}
    """,
    """
    rule: modest
    when: {source: {not: ci-0}}
    how: {template: t}
    limits: {at_once: {source: 30, board: 1}, newer_build: supersede, boards_away: skip}
    """,
  ]

  static func files() throws -> LabFiles {
    var texts = ["templates/t.yaml": Example.job()]
    for type in 0..<types {
      texts["devices/sim-\(type).yaml"] =
        "device_type: sim-\(type)\narchitectures: [\(type < 10 ? "x86_64" : "arm64")]\nimage_families: [nano]\n"
        + "boot_methods: [qemu]\ndeploy_methods: [tmpfs]\n"
    }
    let folder = try TemporaryFolder(texts)
    let read = LabFiles.read(
      LabFolders(devices: [folder.path + "/devices"], templates: [folder.path + "/templates"], rules: []), compiled: [])
    return LabFiles(
      catalogue: read.catalogue, templates: read.templates, rules: try rules.map(Example.rule), mistakes: read.mistakes)
  }

  /// Workers, types and boards, and what LAVA's scheduler does: it gives each idle board the first job that fits it
  /// (scheduler.py:schedule_jobs_for_device), by type, tags and, where LAVA has that, the board asked for.
  func prepare() async throws {
    try await lab.connection.withTransaction { session in
      for type in 0..<Self.types { try LAVARows.addDeviceType("sim-\(type)", session) }
      for worker in 0..<10 { try LAVARows.addWorker("rack-\(worker)", session) }
    }
    try await lab.change(Self.addBoards, [PostgresValue(boards), PostgresValue(Self.types)])
    try await lab.connection.withSession { try $0.script(Self.scheduler) }
  }

  /// An event as a door keeps it.
  mutating func arrive() async throws {
    events += 1
    try await lab.send([
      "source": .string("ci-\(Int.random(in: 0..<4, using: &random))"), "build_id": .string("\(events)"),
      "properties": ["branch": .string(["main", "next"].randomElement(using: &random) ?? "main")],
    ])
  }

  /// One of the things that happen in a lab.
  mutating func happen() async throws {
    let board: PostgresValue = .text("b\(Int.random(in: 0..<boards, using: &random))")
    let worker: PostgresValue = .text("rack-\(Int.random(in: 0..<10, using: &random))")
    switch Int.random(in: 0..<14, using: &random) {
    case 0, 1: try await lab.change("UPDATE lava_scheduler_app_device SET health = 4 WHERE hostname = $1", [board])
    case 2: try await lab.change("UPDATE lava_scheduler_app_device SET health = 5 WHERE hostname = $1", [board])
    case 3: try await lab.change("UPDATE lava_scheduler_app_worker SET state = 1 WHERE hostname = $1", [worker])
    case 4: try await lab.change("UPDATE lava_scheduler_app_worker SET state = 0", [])
    case 5: try await lab.change("SELECT sim.delete_board($1)", [board])
    case 6: try await lab.change(Self.addBoards, [PostgresValue(boards), PostgresValue(Self.types)])
    case 7: try await lab.change("SELECT sim.somebody_cancels($1)", [PostgresValue(events)])
    case 8: try await lab.change("SELECT sim.somebody_deletes($1)", [PostgresValue(events)])
    case 9:
      let rule = ["", "every", "few", "modest"].randomElement(using: &random) ?? ""
      try await lab.change(
        "INSERT INTO boardcast.pause (rule, author, reason) VALUES ($1, 'sim', 'test') ON CONFLICT DO NOTHING",
        [.text(rule)])
    case 10: try await lab.change("DELETE FROM boardcast.pause")
    case 11: try await lab.change("SELECT sim.foreign_jobs()")
    default: try await lab.change("UPDATE lava_scheduler_app_device SET health = 0 WHERE hostname = $1", [board])
    }
  }

  /// LAVA gives jobs to boards, and some that run come to an end.
  mutating func schedule(ending share: Int = 3) async throws {
    let salt = PostgresValue(Int.random(in: 0..<1_000_000, using: &random))
    try await lab.change("SELECT sim.end_jobs($1, $2)", [salt, PostgresValue(share)])
    try await lab.change("SELECT sim.schedule($1)", [salt])
  }

  /// So many seconds go by.
  func age(_ seconds: Int) async throws {
    try await lab.change(Self.ageAssignments, [PostgresValue(seconds)])
    try await lab.change(
      "UPDATE boardcast.turn SET served = served - $1::int * interval '1 second'", [PostgresValue(seconds)])
  }

  private static let ageAssignments: SQL = """
    UPDATE boardcast.assignment
       SET expires_at = expires_at - $1::int * interval '1 second', queued_at = queued_at - $1::int * interval '1 second'
    """

  private static let addBoards: SQL = """
    INSERT INTO lava_scheduler_app_device (hostname, device_type_id, state, health, worker_host_id, is_synced)
    SELECT 'b' || g, 'sim-' || g % $2::int, 0, 0, 'rack-' || g % 10, false FROM generate_series(0, $1::int - 1) AS g
    ON CONFLICT DO NOTHING
    """

  private static let scheduler: SQL = """
    CREATE SCHEMA sim;

    -- LAVA of 2026 has a column that other people's jobs fill too.
    DO $$ BEGIN
      IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'lava_scheduler_app_testjob'::regclass AND attname = 'metadata')
      THEN ALTER TABLE lava_scheduler_app_testjob ALTER COLUMN metadata SET DEFAULT '{}'; END IF;
    END $$;

    -- Which board a job asked for, where LAVA has that.
    DO $$ BEGIN
      IF EXISTS (SELECT FROM pg_attribute
                  WHERE attrelid = 'lava_scheduler_app_testjob'::regclass AND attname = 'requested_device_id')
      THEN CREATE VIEW sim.job AS SELECT j.*, requested_device_id AS wanted FROM lava_scheduler_app_testjob j;
      ELSE CREATE VIEW sim.job AS SELECT j.*, NULL::text AS wanted FROM lava_scheduler_app_testjob j; END IF;
    END $$;

    CREATE FUNCTION sim.schedule(salt bigint) RETURNS void LANGUAGE plpgsql AS $$
    DECLARE board record; job int;
    BEGIN
      FOR board IN
        SELECT d.hostname, d.device_type_id AS type
          FROM lava_scheduler_app_device d
          JOIN lava_scheduler_app_worker w ON w.hostname = d.worker_host_id AND w.state = 0 AND w.health = 0
         WHERE d.state = 0 AND d.health IN (0, 1)
         ORDER BY hashtext(d.hostname || salt)
      LOOP
        SELECT j.id INTO job FROM sim.job j
         WHERE j.state = 0 AND j.requested_device_type_id = board.type
           AND (j.wanted IS NULL OR j.wanted = board.hostname)
           AND NOT EXISTS (SELECT FROM lava_scheduler_app_testjob_tags t
                            WHERE t.testjob_id = j.id
                              AND NOT EXISTS (SELECT FROM lava_scheduler_app_device_tags c
                                               WHERE c.device_id = board.hostname AND c.tag_id = t.tag_id))
         ORDER BY j.priority DESC, j.submit_time, j.id LIMIT 1;
        CONTINUE WHEN job IS NULL;
        UPDATE lava_scheduler_app_testjob SET state = 3, actual_device_id = board.hostname, start_time = clock_timestamp()
         WHERE id = job;
        UPDATE lava_scheduler_app_device SET state = 2 WHERE hostname = board.hostname;
      END LOOP;
    END $$;

    CREATE FUNCTION sim.end_jobs(salt bigint, share bigint) RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
      WITH over AS (
        UPDATE lava_scheduler_app_testjob SET state = 5, health = 1 + id % 3, end_time = clock_timestamp()
         WHERE state = 3 AND abs(hashtext(id || '-' || salt)) % share = 0
        RETURNING actual_device_id)
      UPDATE lava_scheduler_app_device d SET state = 0 FROM over o WHERE d.hostname = o.actual_device_id;
    END $$;

    CREATE FUNCTION sim.somebody_cancels(salt bigint) RETURNS void LANGUAGE sql AS $$
      UPDATE lava_scheduler_app_testjob SET state = 5, health = 3, end_time = clock_timestamp()
       WHERE id = (SELECT id FROM lava_scheduler_app_testjob WHERE state = 0 ORDER BY hashtext(id || 'c' || salt) LIMIT 1)
    $$;

    CREATE FUNCTION sim.somebody_deletes(salt bigint) RETURNS void LANGUAGE plpgsql AS $$
    DECLARE job int := (SELECT id FROM lava_scheduler_app_testjob WHERE state IN (0, 5) ORDER BY hashtext(id || 'd' || salt)
                         LIMIT 1);
    BEGIN
      DELETE FROM lava_scheduler_app_testjob_tags WHERE testjob_id = job;
      DELETE FROM lava_scheduler_app_testjob WHERE id = job;
    END $$;

    CREATE FUNCTION sim.delete_board(board text) RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
      IF EXISTS (SELECT FROM lava_scheduler_app_device WHERE hostname = board AND state = 0) THEN
        UPDATE lava_scheduler_app_testjob SET actual_device_id = NULL WHERE actual_device_id = board;
        -- LAVA of 2026 takes the jobs along that asked for it (models.py: on_delete=CASCADE).
        DELETE FROM lava_scheduler_app_testjob_tags
         WHERE testjob_id IN (SELECT id FROM sim.job WHERE wanted = board);
        DELETE FROM lava_scheduler_app_testjob WHERE id IN (SELECT id FROM sim.job WHERE wanted = board);
        DELETE FROM lava_scheduler_app_device_tags WHERE device_id = board;
        DELETE FROM lava_scheduler_app_device WHERE hostname = board;
      END IF;
    END $$;

    CREATE FUNCTION sim.foreign_jobs() RETURNS void LANGUAGE sql AS $$
      INSERT INTO lava_scheduler_app_testjob
             (sub_id, is_public, health_check, submit_time, priority, definition, original_definition,
              multinode_definition, submitter_id, pipeline_compatibility, state, health, token, requested_device_type_id,
              description)
      SELECT '', true, false, clock_timestamp(), 60, '', '', '', (SELECT min(id) FROM auth_user), 0, 0, 0, '', t.name,
             'foreign'
        FROM lava_scheduler_app_devicetype t WHERE t.name LIKE 'sim-%'
    $$;
    """
}
