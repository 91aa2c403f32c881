import Foundation
import LabSupport
import Testing

/// `rules check` finds what would only fail when an event comes, and names file and line.
@Suite(.timeLimit(.minutes(2))) struct RulesCheckTests {
  private func check(_ folder: TemporaryFolder) async throws -> [String] {
    let outcome = try await Program.boardcast(["rules", "check", "--config-dir", folder.path])
    #expect(outcome.status == (outcome.complaint.isEmpty ? 0 : 1), "\(outcome)")
    return outcome.complaint.split(separator: "\n").map(String.init)
  }

  @Test func anUnknownKeyInARule() async throws {
    try await TemporaryFolder.with { folder in
      let file = try folder.write(
        "rules/mine.yaml", "rule: mine\nwhen:\n  image_famly: nano\nhow:\n  template: smoke\n")
      #expect(
        try await check(folder) == ["boardcast: \(file):3: unknown key 'image_famly'; did you mean 'image_family'?"])
    }
  }

  @Test func aTemplateThatIsNotThere() async throws {
    try await TemporaryFolder.with { folder in
      let file = try folder.write(
        "rules/mine.yaml", "rule: mine\nwhen: {image_family: nano}\nhow:\n  template: smokes\n")
      #expect(
        try await check(folder) == ["boardcast: \(file):4: there is no template 'smokes'; did you mean 'smoke'?"])
    }
  }

  @Test func aTemplateThatRendersToNoLAVAJob() async throws {
    try await TemporaryFolder.with { folder in
      try folder.write("rules/mine.yaml", "rule: mine\nwhen: {image_family: nano}\nhow: {template: odd}\n")
      func lines(_ template: String) async throws -> [String] {
        try folder.write("templates/odd.yaml", template)
        return try await check(folder)
      }
      let file = folder.path + "/templates/odd.yaml"
      let head = "{% include \"_job\" %}\n"
      let good = head + "timeouts: {job: {minutes: 1}}\nactions: []\n"
      #expect(try await lines(good.replacing("actions", with: "acts")).first?.hasPrefix("boardcast: \(file)") == true)
      let priority = try await lines("priority: 7000\n")
      #expect(priority.count == 1 && priority[0].hasPrefix("boardcast: \(file)"), "\(priority)")
      #expect(priority[0].contains("no LAVA job"), "\(priority)")
      let broken = try await lines(head + "timeouts: {job: [\n")
      #expect(broken.count == 1 && broken[0].hasPrefix("boardcast: \(file):"), "\(broken)")
      let tag = try await lines(head + "{% if %}\n")
      #expect(tag.count == 1 && tag[0].hasPrefix("boardcast: \(file)"), "\(tag)")
    }
  }

  @Test func aLAVAThatCannotBeAsked() async throws {
    let url = "http://127.0.0.1:\(ServePlace.freePort())"
    let outcome = try await Program.boardcast(["rules", "check", "--lava-url", url])
    #expect(outcome.status == 1 && outcome.complaint == "Error: LAVA cannot be asked at \(url); is it running there?\n")
  }

  @Test func theShippedFilesHaveNoMistakes() async throws {
    let mistakes = try await TemporaryFolder.with { folder in try await check(folder) }
    #expect(mistakes == [])
  }
}
