import BuildEvents
import Foundation
import LabSupport
import PostgresClient
import Testing

/// What `boardcast types` says of the shipped catalogue and of a lab.
@Suite(.timeLimit(.minutes(2))) struct TypesCommandTests {
  private func json(_ words: [String], status: Int32 = 0) async throws -> JSONValue {
    let outcome = try await Program.boardcast(["types"] + words + ["--json"])
    #expect(outcome.status == status, "\(outcome)")
    return try JSONValue.parse(Array(outcome.output.utf8))
  }

  @Test func theCatalogueNeedsNoDatabaseAndCountsItself() async throws {
    // More than an event's JSON may hold, so it is not read as one.
    struct Report: Decodable {
      let counts: [String: Int]
      let undescribed: [String]
      let unknown: [String: [String]]
    }
    let outcome = try await Program.boardcast(["types", "check", "--catalogue", "--json"])
    let report = try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
    let types = try #require(report.counts["types"])
    #expect(outcome.status == 0 && report.undescribed.isEmpty && types >= 356)
    #expect(report.counts["boot_methods"] == types && report.counts["deploy_methods"] == types)
    #expect(report.counts["architectures"] == types - (report.unknown["architectures"] ?? []).count)
    let table = try await Program.boardcast(["types", "list", "--catalogue"])
    #expect(table.status == 0 && table.output.contains("known: boot_methods"), "\(table)")
  }

  @Test func aTypeIsShownWithTheSourceOfEachFact() async throws {
    let type = try await json(["show", "beaglebone-black"])
    #expect(type["architectures"] == ["arm"])
    #expect(type["sources"]?["architectures"]?.stringValue?.contains("uboot_mkimage_arch") == true)
    let near = try await Program.boardcast(["types", "show", "beaglebone-blak"])
    #expect(near.status == 1 && near.complaint.contains("did you mean 'beaglebone-black'?"), "\(near)")
  }

  @Test func aLabIsToldWhichOfItsTypesNobodyDescribedAndWhatLAVASaysOtherwise() async throws {
    try await Bench.with { bench in
      let words = ["--database", bench.place.database.connectionString]
      #expect(try await json(["check"] + words)["undescribed"] == [])
      try await bench.boards.connection.withSession { session in
        try session.script(
          """
          INSERT INTO lava_scheduler_app_architecture (name) VALUES ('arm64') ON CONFLICT DO NOTHING;
          UPDATE lava_scheduler_app_devicetype SET architecture_id = 'arm64' WHERE name = 'panda';
          INSERT INTO lava_scheduler_app_devicetype
                 (name, display, health_denominator, health_frequency, disable_health_check)
          VALUES ('alien', true, 0, 24, false);
          """)
      }
      let report = try await json(["check"] + words, status: 1)
      #expect(report["undescribed"] == ["alien"])
      let outcome = try await Program.boardcast(["types", "check"] + words)
      #expect(
        outcome.status == 1
          && outcome.complaint.contains(
            "LAVA's devicetype.architecture says arm64; shipped devices/panda.yaml says arm"),
        "\(outcome)")
    }
  }
}
