import BoardInventory
import BuildEvents
import Foundation
import LabSupport
import Logging
import Matcher
import PostgresClient
import SchedulerPlugin

/// A mainline-sized burst: 66 builds arrive at once in a lab of 850 boards over 120 types, each for two types, so that
/// every board gets a job and some wait for a second. From the events' commit until the last job stands in LAVA's queue.
struct Burst: Sendable {
  static let builds = 66
  static let boards = 850
  let lab: BenchLab

  func measure(rounds: Int) async throws -> [Figure] {
    var times: [Double] = []
    var floor: [Double] = []
    for _ in 1...rounds {
      try await fill()
      times.append(try await once())
      floor.append(try await insertSameRows())
    }
    return [
      Figure(
        name: "\(Self.builds) builds decided, \(Self.boards) jobs queued", unit: "ms", samples: times,
        floor: ("INSERT of these job rows", floor))
    ]
  }

  /// Types that a kernel and a ramdisk for arm64 can be tested on by U-Boot.
  private var types: [String] {
    lab.catalogue.entries.values.filter { entry in
      let has = entry.capabilities
      return has.bootMethods.elements.map(\.name).contains("u-boot")
        && has.deployMethods.elements.map(\.name).contains("tftp")
        && has.architectures.elements.map(\.name).contains("arm64")
    }.map(\.deviceType).sorted()
  }

  private func fill() async throws {
    let types = Array(types.prefix(120))
    guard types.count == 120 else { throw NotMeasured("the catalogue has only \(types.count) fitting types") }
    let events = try (0..<Self.builds).map { number -> String in
      let event = try BuildEvent(
        plain: .object([
          "source": "mainline", "build_id": .string("v6.18-\(number)"), "status": "success", "image_family": "kernel",
          "arch": "arm64", "kernel_version": "6.18",
          "device_types": [.string(types[number * 2 % 120]), .string(types[(number * 2 + 1) % 120])],
          "images": [
            "kernel": "http://images.example/Image", "ramdisk": "http://images.example/ramdisk.cpio.gz",
            "dtb": "http://images.example/board.dtb",
          ],
        ]))
      return event.record.canonical
    }
    try await lab.connection.withTransaction { session in
      try session.script(
        """
        TRUNCATE boardcast.event, boardcast.turn, lava_scheduler_app_testjob, lava_scheduler_app_device,
          lava_scheduler_app_devicetype, lava_scheduler_app_worker, lava_scheduler_app_tag CASCADE;
        INSERT INTO auth_user (username, password, first_name, last_name, email, is_superuser, is_staff, is_active,
                               date_joined)
        VALUES ('bench', '!', '', '', '', false, false, true, now()) ON CONFLICT DO NOTHING;
        INSERT INTO lava_scheduler_app_worker (hostname, state, health, job_limit, last_ping, token)
        VALUES ('worker-1', 0, 0, 0, now(), '');
        """)
      try session.execute(
        """
        INSERT INTO lava_scheduler_app_devicetype
               (name, health_frequency, disable_health_check, health_denominator, display)
        SELECT t, 24, false, 0, true FROM unnest($1::text[]) AS t
        """, [.textArray(types)])
      try session.execute(
        """
        INSERT INTO lava_scheduler_app_device (hostname, device_type_id, state, health, worker_host_id, is_synced)
        SELECT ($1::text[])[g % 120 + 1] || '-' || g, ($1::text[])[g % 120 + 1], 0, 0, 'worker-1', false
          FROM generate_series(0, $2::int - 1) AS g
        """, [.textArray(types), PostgresValue(Self.boards)])
      // The own tags are there, as in a lab that has run for a day.
      try session.script(
        """
        INSERT INTO lava_scheduler_app_tag (name) SELECT 'board-' || hostname FROM lava_scheduler_app_device
         WHERE length(hostname) <= 35;
        INSERT INTO lava_scheduler_app_device_tags (device_id, tag_id)
        SELECT d.hostname, t.id FROM lava_scheduler_app_device d
          JOIN lava_scheduler_app_tag t ON t.name = 'board-' || d.hostname;
        """)
    }
    try await lab.connection.withSession { try $0.script("VACUUM ANALYZE") }
    _ = try await lab.connection.withTransaction { session in
      try session.execute(
        """
        INSERT INTO boardcast.event (source, build_id, fingerprint, status, door, sender_id, sender_name, record, raw,
                                     state)
        SELECT 'mainline', r ->> 'build_id', 'f' || row_number() OVER (), 'success', 'bench', u.id, u.username, r, '',
               'kept'
          FROM unnest($1::text[]) AS t (text), LATERAL (SELECT text::jsonb AS r) j, auth_user u
         WHERE u.username = 'bench'
        """, [.textArray(events)])
    }
  }

  private func once() async throws -> Double {
    let rules = try TemporaryFolder([
      "kernel.yaml": "rule: kernel\nwhen: {image_family: kernel}\nhow: {template: smoke}\n"
    ])
    let book = LabFilesBook(
      folders: LabFolders(
        devices: [Lab.repository + "/devices"], templates: [Lab.repository + "/templates"], rules: [rules.path]))
    let wake = WakeSignal()
    let inventory = LiveInventory(
      configuration: lab.cluster.configuration, catalogue: { book.current.catalogue }, logger: LAVADatabase.logger)
    let following = Task { try await inventory.run() }
    let writer = WriterService(
      configuration: lab.cluster.configuration, book: book, wake: wake, status: WriterStatus(), inventory: inventory,
      logger: LAVADatabase.logger)
    while inventory.problem != nil { try await Task.sleep(for: .milliseconds(5)) }
    let writing = Task { try await writer.run() }
    defer {
      writing.cancel()
      following.cancel()
    }
    // The writer is up and waits; then all events are there at once.
    try await Task.sleep(for: .milliseconds(1_200))
    return try await milliseconds {
      _ = try await lab.connection.withTransaction {
        try $0.execute("UPDATE boardcast.event SET state = 'accepted'")
      }
      wake.signal()
      let end = ContinuousClock.now + .seconds(60)
      while ContinuousClock.now < end {
        let counts = try await lab.connection.withSession { session in
          try session.query(
            """
            SELECT (SELECT count(*) FROM lava_scheduler_app_testjob)::int AS jobs,
                   (SELECT count(*) FROM boardcast.event WHERE state = 'accepted')::int AS open
            """
          ).only { (jobs: try $0.int("jobs"), open: try $0.int("open")) }
        }
        if counts.jobs == Self.boards, counts.open == 0 { return }
        try await Task.sleep(for: .milliseconds(2))
      }
      throw NotMeasured("the burst was not queued within a minute")
    }
  }

  private func insertSameRows() async throws -> Double {
    try await lab.connection.withSession { session in
      try session.script(
        """
        DROP TABLE IF EXISTS pg_temp.rows;
        CREATE TEMP TABLE rows AS SELECT * FROM lava_scheduler_app_testjob;
        UPDATE pg_temp.rows SET id = id + 1000000;
        """)
    }
    return try await milliseconds {
      try await lab.connection.withSession { session in
        try session.script("INSERT INTO lava_scheduler_app_testjob SELECT * FROM pg_temp.rows")
      }
    }
  }
}

/// Why there is no figure.
struct NotMeasured: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
