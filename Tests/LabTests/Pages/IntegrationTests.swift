import BuildEvents
import Foundation
import LabSupport
import Testing

/// Protects builds that wait for their boards by GitHub's action or Jenkins' step: their shell, as those run it.
@Suite("GitHub's action and Jenkins' step", .timeLimit(.minutes(3)))
struct IntegrationTests {
  /// What the runner of GitHub does with the action.
  private func action(
    _ lab: PageLab, _ given: [String: String], _ more: [String: String] = [:]
  ) async throws -> Command.Outcome {
    let inputs = ["url": lab.serve.url, "token": LabBoards.token].merging(given) { _, new in new }
    let script = try #require(try PipelineScript.action(inputs).first)
    let environment = lab.environment.merging(script.environment) { _, new in new }
      .merging(["GITHUB_OUTPUT": lab.folder + "/output", "BOARDCAST_RETRIES": "0"]) { _, new in new }
      .merging(more) { _, new in new }
    return try await PageLab.run(script.shell, script.text, in: lab.bench.place.folder, environment)
  }

  @Test("It ends well when every job ended Complete, and says which event it was")
  func passes() async throws {
    try await PageLab.with { lab in
      try lab.bench.place.folder.write("event.json", nanoEvent("good"))
      let sent = try await action(lab, [:])
      #expect(sent.status == 0 && sent.output.contains("event 1"), "\(sent.output)\(sent.complaint)")
      let waited = try await action(lab, ["wait": "true", "timeout": "120"])
      #expect(waited.status == 0 && waited.output.contains("complete: 3"), "\(waited.output)\(waited.complaint)")
      let output = try String(contentsOfFile: lab.folder + "/output", encoding: .utf8)
      #expect(output == "event=1\nevent=1\npassed=yes\n")

      let step = try #require(try PipelineScript.jenkinsStep().first)
      let script = Lab.repository + "/integrations/jenkins/resources/boardcast/send.sh"
      try lab.bench.place.folder.write("boardcast-send.sh", String(contentsOfFile: script, encoding: .utf8))
      try lab.bench.place.folder.write("boardcast-event.json", nanoEvent("by-jenkins"))
      try await lab.succeed(
        ["/bin/sh", "-xe"], step.text, "the step",
        ["BOARDCAST_FOLDER": lab.folder, "BOARDCAST_WAIT": "true", "BOARDCAST_TIMEOUT": "120"])
      #expect(try await lab.bench.boards.events().keys.sorted() == ["by-jenkins", "good"])
    }
  }

  @Test("A job that did not end Complete, and an event for no board, fail the build and say so")
  func fails() async throws {
    try await PageLab.with(health: 2) { lab in
      let folder = lab.bench.place.folder
      try folder.write("event.json", nanoEvent("bad"))
      let bad = try await action(lab, ["wait": "true", "timeout": "120"])
      #expect(bad.status == 3, "\(bad.output)\(bad.complaint)")
      #expect(bad.output.contains("::error title=Boardcast::0 of 3 jobs of event 1 ended Complete"), "\(bad.output)")
      try folder.write("none.json", nanoEvent("none").replacing("\"nano\"", with: "\"unheard-of\""))
      let none = try await action(lab, ["record": "none.json", "wait": "true", "timeout": "120"])
      #expect(none.status == 3 && none.complaint.contains("no rule gave event 2"), "\(none.complaint)")
      let output = try String(contentsOfFile: lab.folder + "/output", encoding: .utf8)
      #expect(output == "event=1\npassed=no\nevent=2\npassed=no\n")
    }
  }

  @Test("What the lab does not take fails the build with one line that says why, and the token stands nowhere")
  func refused() async throws {
    try await PageLab.with { lab in
      let folder = lab.bench.place.folder
      try folder.write("event.json", nanoEvent("good"))
      try folder.write("bad.json", #"{"source": "ci", "images": {"kernel": "http://a.example/k"}}"#)
      for (given, status, words) in [
        (["record": "bad.json"], 1, "build_id"), (["record": "gone.json"], 2, "cannot be read"),
        (["token": "another"], 1, "does not know the token"), (["token": ""], 2, "is not set"),
        (["token": "x\" \nurl = \"http://other"], 2, "no LAVA API token"), (["wait": "yes"], 2, "true or false"),
        (["url": "http://127.0.0.1:9"], 1, "cannot be reached"), (["timeout": "1h"], 2, "number of seconds"),
      ] {
        let outcome = try await action(lab, given)
        #expect(outcome.status == status && outcome.complaint.contains(words), "\(given): \(outcome.complaint)")
        let lines = outcome.output.split(separator: "\n").filter { $0.hasPrefix("::error title=Boardcast::") }
        #expect(lines.count == 1, "\(given): \(outcome.output)")
        #expect(!(outcome.output + outcome.complaint).contains(LabBoards.token), "\(given)")
      }
      #expect(try await lab.bench.boards.events().isEmpty)
      // A rule that nobody's jobs come to an end of: the build does not wait for ever.
      let timed = try await action(lab, ["wait": "true", "timeout": "0"])
      #expect(timed.status == 4 && timed.complaint.contains("not over after 0 s"), "\(timed.complaint)")
    }
  }

  @Test("An event's report as text has nothing in it that the sender wrote")
  func text() async throws {
    try await PageLab.with { lab in
      let forged = #", "properties": {"over: yes": "passed: yes"}, "build_url": "http://h/?passed:+yes""#
      let id = try #require(try await lab.serve.producer.post(nanoEvent("forged", more: forged)).id)
      _ = try await eventually("its jobs are over") {
        try await lab.serve.producer.get("/api/v1/events/\(id)?wait=10").json["boards"]?.arrayValue?.first {
          $0["state"] == "finished"
        }
      }
      let outcome = try await Program.run(
        "/usr/bin/curl",
        [
          "-sS", "--noproxy", "*", "-H", "Authorization: Token \(LabBoards.token)", "-H",
          "Accept: text/plain, */*;q=0.1",
          "\(lab.serve.url)/api/v1/events/\(id)?wait=60",
        ])
      let lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      #expect(
        lines.prefix(7) == ["event: 1", "state: decided", "over: yes", "passed: yes", "boards: 3", "complete: 3", ""],
        "\(outcome.output)")
      #expect(lines.dropFirst(7).first?.hasPrefix("nano-regression qemu-01 finished Complete job ") == true)
    }
  }
}
