import BoardInventory
import Foundation
import LabSupport
import Matcher
import PostgresClient

/// LAVA's real tables with many boards, on a server of the benchmark's own.
struct BenchLab: Sendable {
  let cluster: LAVACluster
  let catalogue: DeviceCatalogue
  let connection: PostgresConnection

  init() async throws {
    cluster = try await LAVACluster()
    try await cluster.enable()
    catalogue = try DeviceCatalogue(folders: [Lab.repository + "/devices"])
    connection = try await PostgresConnection.connect(cluster.configuration, logger: LAVADatabase.logger)
  }

  /// Boards over 200 real types, 50 on each worker, each with two shared tags and Boardcast's own one.
  func fill(_ count: Int) async throws {
    let all = catalogue.entries.keys.sorted()
    let types = (0..<200).map { all[$0 * all.count / 200] }
    try await connection.withTransaction { session in
      try session.script(
        """
        TRUNCATE lava_scheduler_app_device, lava_scheduler_app_devicetype, lava_scheduler_app_worker,
          lava_scheduler_app_tag CASCADE
        """)
      try session.execute(
        """
        INSERT INTO lava_scheduler_app_devicetype
               (name, health_frequency, disable_health_check, health_denominator, display)
        SELECT t, 24, false, 0, true FROM unnest($1::text[]) AS t
        """, [.textArray(types)])
      try session.execute(
        """
        INSERT INTO lava_scheduler_app_worker (hostname, state, health, job_limit, last_ping, token)
        SELECT 'worker-' || w, 0, 0, 100, now(), '' FROM generate_series(0, $1::int / 50) AS w
        """, [PostgresValue(count)])
      try session.copyIn(
        table: "lava_scheduler_app_device",
        columns: ["hostname", "device_type_id", "state", "health", "worker_host_id", "is_synced"]
      ) { writer in
        for number in 0..<count {
          let type = types[number % types.count]
          try writer.row([
            .text("\(type)-\(number)"), .text(type), .int4(0), .int4(0), .text("worker-\(number / 50)"), .bool(false),
          ])
        }
      }
      try session.script(
        """
        INSERT INTO lava_scheduler_app_tag (name) SELECT 'shared-' || g FROM generate_series(0, 49) AS g;
        INSERT INTO lava_scheduler_app_tag (name)
        SELECT left('board-' || hostname, 50) FROM lava_scheduler_app_device;
        INSERT INTO lava_scheduler_app_device_tags (device_id, tag_id)
        SELECT d.hostname, t.id FROM lava_scheduler_app_device d
          JOIN lava_scheduler_app_tag t ON t.name = left('board-' || d.hostname, 50);
        INSERT INTO lava_scheduler_app_device_tags (device_id, tag_id)
        SELECT d.hostname, t.id FROM lava_scheduler_app_device d, lava_scheduler_app_tag t, generate_series(0, 1) AS g
         WHERE t.name = 'shared-' || (abs(hashtext(d.hostname)) + g * 7) % 50;
        """)
    }
    try await connection.withSession { try $0.script("VACUUM ANALYZE") }
  }

  func read() async throws -> LabSnapshot {
    let catalogue = catalogue
    return try await connection.withTransaction(.repeatableRead, readOnly: true) {
      try LabSnapshot.read($0, catalogue: catalogue)
    }
  }

  /// The same rows by COPY TO STDOUT, as psql takes them in and throws them away: milliseconds, one per round.
  func rawCopy(rounds: Int) async throws -> [Double] {
    let tables = [
      """
      SELECT hostname, device_type_id, state, health, worker_host_id, description, is_synced
        FROM lava_scheduler_app_device ORDER BY hostname
      """,
      """
      SELECT dt.device_id, t.name FROM lava_scheduler_app_device_tags dt
        JOIN lava_scheduler_app_tag t ON t.id = dt.tag_id
      """,
      """
      SELECT w.hostname, w.state, w.health, w.job_limit, count(d.hostname) FROM lava_scheduler_app_worker w
        LEFT JOIN lava_scheduler_app_device d ON d.worker_host_id = w.hostname AND d.state IN (1, 2) GROUP BY 1, 2, 3, 4
      """,
    ]
    let copies = tables.map { "\\copy (\($0.replacing("\n", with: " "))) to '/dev/null'\n" }.joined()
    let script = "\\timing on\n" + String(repeating: copies, count: rounds)
    let words = ["-qX", "-h", cluster.server.folder, "-p", "\(cluster.server.port)", "-U", "lavaserver", "lavaserver"]
    let output = try await Command(TestCluster.binaries + "/psql", words, input: Data(script.utf8)).runAside().output
    let times = output.matches(of: /Time: ([0-9.]+) ms/).compactMap { Double($0.output.1) }
    return stride(from: 0, to: times.count - times.count % tables.count, by: tables.count).map {
      times[$0..<$0 + tables.count].reduce(0, +)
    }
  }
}
