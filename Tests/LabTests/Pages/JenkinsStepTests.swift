import BuildEvents
import Foundation
import LabSupport
import Testing

/// Protects the step `boardcastSend` as Jenkins' own language runs it: Debian's Groovy is 2.4, as Jenkins' is.
///
/// Needs Debian's groovy; without it, it says so, loudly, and passes.
@Suite("Jenkins' step, in Groovy", .timeLimit(.minutes(3)))
struct JenkinsStepTests {
  /// Groovy's environment; nil where it is not installed.
  private static var groovy: [String: String]? {
    guard FileManager.default.isExecutableFile(atPath: "/usr/bin/groovy"),
      FileManager.default.fileExists(atPath: "/usr/bin/java")
    else {
      print("SKIPPED, LOUDLY: groovy is not installed; the Groovy of Jenkins' step is NOT tested here")
      return nil
    }
    // Debian's own default may be another one than is installed.
    let java = URL(fileURLWithPath: "/usr/bin/java").resolvingSymlinksInPath()
    return ["JAVA_HOME": java.deletingLastPathComponent().deletingLastPathComponent().path]
  }

  /// Runs the pipeline of the documentation, with a record that this lab's boards take.
  private func pipeline(
    _ lab: PageLab, _ groovy: [String: String], job: String, build: String
  ) async throws -> Command.Outcome {
    let page = try String(contentsOfFile: Lab.repository + "/docs/producers/jenkins.md", encoding: .utf8)
    let block = try #require(page.firstMatch(of: /```groovy Jenkinsfile.step[^\n]*\n((?s:.*?))```/)).output.1
    let text = String(block)
      .replacing("https://lab.example.org:8070", with: lab.serve.url)
      .replacing("arch: 'arm64', device_types: ['qemu']", with: "arch: 'x86_64'")
      .replacing("image_family: 'oe'", with: "image_family: 'nano'")
      .replacing("rootfs:", with: "ramdisk:")
    try #require(text.contains("x86_64") && text.contains("'nano'") && text.contains("ramdisk:"))
    let folder = lab.bench.place.folder
    try folder.write("Jenkinsfile.step", text)
    for script in ["build.sh", "upload.sh"] {
      try folder.write("workspace/\(script)", "#!/bin/sh\necho \(script)\n")
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o755], ofItemAtPath: folder.path + "/workspace/\(script)")
    }
    return try await Program.run(
      "/usr/bin/groovy",
      [
        Lab.repository + "/Tests/jenkins/pipeline.groovy", folder.path + "/Jenkinsfile.step",
        Lab.repository + "/integrations/jenkins", folder.path + "/workspace",
      ],
      environment: lab.environment.merging(groovy) { _, new in new }.merging([
        "JOB_NAME": job, "BUILD_NUMBER": build, "BUILD_URL": "https://jenkins.example.org/job/nano/\(build)/",
      ]) { _, new in new })
  }

  @Test("The pipeline of the page builds, sends its map as a record, whatever is in it, and waits for the boards")
  func passes() async throws {
    guard let groovy = Self.groovy else { return }
    try await PageLab.with { lab in
      let job = #"nano "nightly" $(touch hacked) ${1 + 1} 'x' \n"#
      let outcome = try await pipeline(lab, groovy, job: job, build: "412")
      #expect(outcome.status == 0 && outcome.output.contains("complete: 3"), "\(outcome.output)\(outcome.complaint)")
      let record = try #require(try await lab.events().first?["record"])
      #expect(record["source"]?.stringValue == "jenkins:" + job && record["build_id"] == "412")
      #expect(record["images"]?["kernel"]?["url"] == "https://images.example.org/412/Image")
      #expect(!FileManager.default.fileExists(atPath: lab.folder + "/workspace/hacked"))
      #expect(!(outcome.output + outcome.complaint).contains(LabBoards.token))
    }
  }

  @Test("A board that fails its job fails the build")
  func fails() async throws {
    guard let groovy = Self.groovy else { return }
    try await PageLab.with(health: 2) { lab in
      let outcome = try await pipeline(lab, groovy, job: "nano", build: "413")
      #expect(outcome.status == 1, "\(outcome.output)\(outcome.complaint)")
      #expect(outcome.complaint.contains("0 of 3 jobs of event 1 ended Complete"), "\(outcome.complaint)")
      #expect(outcome.complaint.contains("FAILURE: script returned exit code 3"), "\(outcome.complaint)")
    }
  }
}
