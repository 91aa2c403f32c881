import BoardInventory
import BuildEvents
import Foundation
import LabSupport
import PostgresClient
import Testing

@testable import SchedulerPlugin

/// Protects jobs from being refused, or from waiting, otherwise than in the LAVA whose queue they join: what its settings
/// say of every job counts here too.
@Suite("LAVA's settings of jobs")
struct JobSettingsTests {
  private func settings(_ names: Set<String> = [], seconds: Int64? = nil) -> JobSettings {
    var settings = JobSettings()
    (settings.extraContextVariables, settings.queueTimeoutSeconds) = (names, seconds)
    return settings
  }

  @Test("The last wins, in LAVA's order; null and 0 hours are none")
  func theLastWins() throws {
    let folder = try TemporaryFolder()
    let lava = LAVASettings(folder: folder.path)
    #expect(try lava.jobs(environment: [:]) == JobSettings())
    try folder.write("settings.conf", "EXTRA_CONTEXT_VARIABLES: [a, b]\nQUEUE_TIMEOUT_HOURS: 2\n")
    #expect(try lava.jobs(environment: [:]) == settings(["a", "b"], seconds: 7_200))
    try folder.write("settings.d/50-jobs.yaml", "EXTRA_CONTEXT_VARIABLES: [c]\nQUEUE_TIMEOUT_HOURS: 0.0125\n")
    #expect(try lava.jobs(environment: [:]) == settings(["c"], seconds: 45))
    let yaml = ["LAVA_YAML_SETTINGS_QUEUE_TIMEOUT_HOURS": "null", "LAVA_YAML_SETTINGS_EXTRA_CONTEXT_VARIABLES": "[]"]
    #expect(try lava.jobs(environment: yaml) == JobSettings())
    #expect(try lava.jobs(environment: ["LAVA_YAML_SETTINGS_QUEUE_TIMEOUT_HOURS": "0"]) == settings(["c"]))
    let json = Data(#"{"EXTRA_CONTEXT_VARIABLES": ["d"]}"#.utf8).base64EncodedString()
    #expect(try lava.jobs(environment: yaml.merging(["LAVA_JSON_SETTINGS": json]) { $1 }) == settings(["d"]))
  }

  @Test(
    "What LAVA could not use is a mistake with its place",
    arguments: [
      ("EXTRA_CONTEXT_VARIABLES: name\n", "is no list"), ("\nEXTRA_CONTEXT_VARIABLES:\n", "is no list"),
      ("QUEUE_TIMEOUT_HOURS: long\n", "must be a number of hours, not 'long'"),
      ("QUEUE_TIMEOUT_HOURS: -1\n", "would end jobs at once"), ("QUEUE_TIMEOUT_HOURS: 87601\n", "at most 87600"),
    ])
  func mistakes(text: String, words: String) throws {
    let folder = try TemporaryFolder(["settings.yaml": text])
    let mistake = #expect(throws: FileMistake.self) { try LAVASettings(folder: folder.path).jobs(environment: [:]) }
    #expect(mistake.map { "\($0)".contains(words) && "\($0)".contains("settings.yaml:") } == true, "\(mistake as Any)")
  }

  @Test("A text of the environment is nothing LAVA could use")
  func text() throws {
    let folder = try TemporaryFolder()
    let mistake = #expect(throws: FileMistake.self) {
      try LAVASettings(folder: folder.path).jobs(environment: ["LAVA_SETTINGS_QUEUE_TIMEOUT_HOURS": "2"])
    }
    #expect(mistake.map { "\($0)".contains("LAVA_YAML_SETTINGS_QUEUE_TIMEOUT_HOURS") } == true)
  }

  @Test("Only the settings of the LAVA whose database this is count")
  func otherDatabase() throws {
    let folder = try TemporaryFolder([
      "settings.yaml": "DATABASES: {default: {NAME: lavaserver, HOST: localhost}}\nQUEUE_TIMEOUT_HOURS: 2\n"
    ])
    func found(_ database: String) throws -> JobSettings {
      try DatabaseLocation(
        configuration: PostgresConfiguration(connectionString: "host=localhost dbname=\(database)"), source: "test"
      ).jobSettings(lava: LAVASettings(folder: folder.path), environment: [:])
    }
    #expect(try found("lavaserver") == settings(seconds: 7_200))
    #expect(try found("copy") == JobSettings())
  }

  /// LAVA 2023.01 does not know `QUEUE_TIMEOUT_HOURS`; nobody sets it there.
  private static let own =
    Lab.knowsRequestedDevices
    ? #"{"EXTRA_CONTEXT_VARIABLES": ["lab_variable", "kernel_loglevel"], "QUEUE_TIMEOUT_HOURS": 1.00026}"#
    : #"{"EXTRA_CONTEXT_VARIABLES": ["lab_variable", "kernel_loglevel"]}"#

  @Test(
    "The lab's LAVA with such settings accepts the same, refuses the same in the same words, and waits as long",
    .enabled(if: LAVASubmitter.isPossible))
  func parity() async throws {
    let jobs = [
      "context: {lab_variable: 1}", "context: {other_variable: 1}", "context: {kernel_loglevel: 4, lab_variable: x}",
      "context: {lab_variable: {a: 1}}", "", "timeouts: {job: {minutes: 5}, queue: {minutes: 7}}",
      "timeouts: {job: {minutes: 5}, queue: {seconds: 0}}",
    ].map { lines in
      let timeouts = lines.hasPrefix("timeouts") ? "" : "timeouts: {job: {minutes: 5}}\n"
      return
        "job_name: j\ndevice_type: qemu\nvisibility: public\n\(timeouts)\(lines)\nactions:\n- deploy: {to: tmpfs}\n"
    }
    try await TestLab.with(boards: ["q"]) { lab in
      let environment = ["LAVA_JSON_SETTINGS": Data(Self.own.utf8).base64EncodedString()]
      var facts = SubmissionFacts()
      facts.settings = try LAVASettings(folder: "/nowhere").jobs(environment: environment)
      facts.rules = SubmissionRules(try await lab.connection.withSession { try LAVATables.read($0) })
      let ours = jobs.map { text in
        Result { () throws(DefinitionMistake) in
          try Shape(job: .load(text), deviceType: "qemu", board: nil, template: "t", lava: facts)
        }
      }
      var accepted = 0
      try await LAVASubmitter.with(
        database: try #require(lab.configuration.parameters["dbname"]), settings: Self.own
      ) { lava in
        for (text, mine) in zip(jobs, ours) {
          switch (mine, try await lava.submit(text, keep: false)) {
          case (.success(let shape), .accepted(_, let row)):
            accepted += 1
            #expect(row?.objectValue?["queue_timeout"] == shape.queueTimeout.map(JSONValue.int) ?? .null, "\(text)")
          case (.failure(let mistake), .refused(let words)):
            // LAVA 2026.10's voluptuous words an odd key by what it should have been.
            #expect(facts.rules == .lava2026_10 || words.contains(mistake.message), "\(mistake) \(words)")
          case (_, let answer): Issue.record("\(text): ours \(mine), LAVA's \(answer)")
          }
        }
      }
      print("JobSettingsTests: \(accepted) of \(jobs.count) accepted by both, \(jobs.count - accepted) refused by both")
      #expect(accepted == 5)
    }
  }
}
