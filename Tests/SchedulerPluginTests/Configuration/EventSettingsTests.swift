import Foundation
import LAVAEvents
import LabSupport
import PostgresClient
import Testing

@testable import SchedulerPlugin

/// Protects the choice whether and where LAVA is told of jobs: as LAVA reads its settings, and of its own database only.
@Suite("LAVA's settings of events")
struct EventSettingsTests {
  @Test func theLastWins() throws {
    let folder = try TemporaryFolder()
    let lava = LAVASettings(folder: folder.path)
    #expect(try lava.events(environment: [:]) == EventSettings())
    try folder.write("settings.d/00-events.yaml", "EVENT_NOTIFICATION: true\nEVENT_TOPIC: org.example\n")
    #expect(try lava.events(environment: [:]) == EventSettings(isOn: true, topic: "org.example"))
    try folder.write("settings.d/50-events.yaml", "EVENT_NOTIFICATION: no\nINTERNAL_EVENT_SOCKET: ipc:///run/lava\n")
    #expect(
      try lava.events(environment: [:]) == EventSettings(topic: "org.example", socket: "ipc:///run/lava"))
    let json = Data(#"{"EVENT_NOTIFICATION": true, "INTERNAL_EVENT_SOCKET": "ipc:///last"}"#.utf8).base64EncodedString()
    let yaml = ["LAVA_YAML_SETTINGS_EVENT_NOTIFICATION": "true"]
    #expect(try lava.events(environment: yaml).isOn)
    #expect(try lava.events(environment: ["LAVA_SETTINGS_EVENT_NOTIFICATION": "no"]).isOn, "a text that is not empty")
    #expect(
      try lava.events(environment: yaml.merging(["LAVA_JSON_SETTINGS": json]) { $1 })
        == EventSettings(isOn: true, topic: "org.example", socket: "ipc:///last"))
  }

  @Test(
    "Only of LAVA's own database is LAVA told",
    arguments: [
      ("host=localhost dbname=lavaserver user=boardcast", true), ("host=/run/postgresql dbname=lavaserver", true),
      ("host=127.0.0.1 port=5432 dbname=lavaserver", true), ("host=localhost dbname=copy", false),
      ("host=localhost port=5433 dbname=lavaserver", false), ("host=db.example.org dbname=lavaserver", false),
    ])
  func ownDatabase(ours: String, isLAVAs: Bool) throws {
    let location = DatabaseLocation(
      configuration: try PostgresConfiguration(connectionString: ours), source: "--database")
    let lava = ["host": "127.0.0.1", "port": "5432", "dbname": "lavaserver", "user": "lavaserver"]
    #expect(location.isLAVAs(lava) == isLAVAs)
    #expect(!location.isLAVAs(nil))
  }
}
