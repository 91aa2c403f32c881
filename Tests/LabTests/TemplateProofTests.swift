import Foundation
import LabSupport
import Testing

/// Protects labs from jobs that end before they begin: the shipped templates are shown to LAVA's own strict schema and
/// to its dispatcher, as `lava-run --validate` would, for device types drawn by lot; `scripts/templates` takes them all.
@Suite("Templates before LAVA")
struct TemplateProofTests {
  /// The seed stands in the test's name and in the script's words, so that a failure can be had again.
  @Test(
    "LAVA refuses what is listed as refused, in the words that are listed, and nothing else",
    .enabled(if: ProcessInfo.processInfo.environment["BOARDCAST_LAVA_ROOT"] != nil),
    arguments: [ProcessInfo.processInfo.environment["BOARDCAST_TEMPLATES_SEED"] ?? "templates"])
  func sample(seed: String) async throws {
    let sample = ProcessInfo.processInfo.environment["BOARDCAST_TEMPLATES_SAMPLE"] ?? "5"
    let outcome = try await Program.run(
      Lab.repository + "/scripts/templates", ["--sample", sample, "--seed", seed],
      environment: ["BOARDCAST": Lab.program])
    #expect(outcome.status == 0, "\(outcome.complaint)")
    print(outcome.complaint, terminator: "")
  }
}
