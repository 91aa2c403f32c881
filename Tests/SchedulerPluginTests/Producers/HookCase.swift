import Foundation
import LabSupport
import Testing

@testable import BuildEvents
@testable import SchedulerPlugin

/// One producer's own bytes, how they are proven, and the lab's file for them.
struct HookCase: Sendable, CustomTestStringConvertible {
  let producer: String
  let file: String
  var headers: [String: String] = ["content-type": "application/json"]
  var secret = "s3cret-of-the-source"
  var proof: [String: String] = ["authorization": "Bearer s3cret-of-the-source"]
  var auth: String?

  var testDescription: String { "\(producer) \(file)" }

  /// Every producer's image is made a nano image for QEMU, so that the shipped rule tests it on the lab's boards.
  static let map = """
    map:
      image_family: nano
      arch: x86_64
      bootloader: qemu
      device_types: qemu
      images:
        kernel: http://images.example/vmlinuz
        ramdisk: http://images.example/initrd

    """

  func source(user: String = "ci-bot", mapping: String = map) -> String {
    """
    source: mine
    producer: \(producer)
    user: \(user)
    secret_file: secret
    \(auth.map { "auth: \($0)\n" } ?? "")\(mapping)
    """
  }

  var body: [UInt8] {
    get throws { [UInt8](try Data(contentsOf: URL(fileURLWithPath: Lab.repository + "/Tests/samples/" + file))) }
  }

  /// A folder with the source's file and its secret.
  func folder(user: String = "ci-bot", mapping: String = map) throws -> TemporaryFolder {
    try TemporaryFolder(["secret": secret + "\n", "mine.yaml": source(user: user, mapping: mapping)])
  }

  func post(
    _ doors: DoorsUnderTest, proof other: [String: String]? = nil, body: [UInt8]? = nil
  ) async throws -> DoorsUnderTest.Answer {
    let sent = headers.merging(other ?? proof) { _, new in new }
    return try await doors.post(
      bytes: body ?? self.body, to: "/hooks/\(producer)/mine", authorization: sent["authorization"] ?? "",
      type: sent["content-type"], headers: sent)
  }

  static let jenkins = HookCase(
    producer: "jenkins", file: "jenkins-notification.json",
    proof: ["authorization": "Basic " + Data("jenkins:s3cret-of-the-source".utf8).base64EncodedString()])
  static let gitLab = HookCase(
    producer: "gitlab", file: "gitlab-job.json", secret: "plain-shared-secret",
    proof: ["x-gitlab-token": "plain-shared-secret"])
  static let gitHub = HookCase(
    producer: "github", file: "github-workflow_run.json",
    headers: ["content-type": "application/json", "x-github-event": "workflow_run"],
    secret: "It's a Secret to Everybody",
    proof: ["x-hub-signature-256": "sha256=367aa56ecdb8bb5e5d431e736cee616dd22a49ef818ed468d59792f59c04e326"])

  private static let tuxKey =
    "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBGYNv2Oq7/HxpWKU4xEh1IiDIlWt2Ze/pYYqa6/lhWAS+lobYJljDcd2osE93i5EyZZrbVsjzIloNZkZfduGYCM="
  private static let tuxSignature =
    "MEUCIGh4dXX-8gJ7MgoPuLNWujOFfiryxHvCAYXKhVScAYYbAiEAhSmfGXkLgfhGItMn_ksMZfvGiiMnx9Xmnpv247hSKzc="

  static let all = [
    jenkins,
    HookCase(
      producer: "jenkins-cloudevents", file: "jenkins-cloudevents.json",
      headers: [
        "content-type": "application/json", "ce-specversion": "1.0", "ce-id": "6b0a7f4e", "ce-source": "job/oe",
        "ce-type": "org.jenkinsci.job.finalized",
      ]),
    gitLab,
    HookCase(
      producer: "gitlab", file: "gitlab-pipeline.json", secret: "plain-shared-secret",
      proof: ["x-gitlab-token": "plain-shared-secret"]),
    gitHub,
    HookCase(
      producer: "tuxsuite", file: "tuxsuite-build.wire.body", secret: tuxKey,
      proof: ["x-tux-payload-signature": tuxSignature]),
    // The signature covers the JSON within the string, and so also that JSON sent by itself.
    HookCase(
      producer: "tuxsuite", file: "tuxsuite-build.json", secret: tuxKey,
      proof: ["x-tux-payload-signature": tuxSignature]),
    HookCase(producer: "tuxsuite", file: "tuxsuite-oebuild.json", auth: "token"),
    HookCase(producer: "kernelci", file: "kernelci-kbuild-node.json"),
    HookCase(producer: "android-build", file: "android-build.env", headers: ["content-type": "text/plain"]),
    HookCase(producer: "android-build", file: "android-build.json"),
    HookCase(producer: "linaro-ci", file: "linaro-ci-hwpack.json"),
    HookCase(producer: "offspring", file: "offspring.json"),
    HookCase(producer: "offspring", file: "offspring-hwpack.json"),
    HookCase(producer: "offspring", file: "offspring-pair.json"),
    HookCase(producer: "published", file: "published.json"),
    HookCase(producer: "buildbot", file: "buildbot.json"),
    HookCase(
      producer: "obs", file: "obs-build_success.json",
      headers: ["content-type": "application/json", "x-routing-key": "opensuse.obs.package.build_success"]),
    HookCase(
      producer: "plain", file: "generic.json", secret: "s3cret",
      proof: ["x-signature-256": "sha256=d691fb43229a2ccfd85223a3b226947dc9296a3d281f764f7b60423280a42787"],
      auth: "hmac-sha256"),
    HookCase(
      producer: "cloudevents", file: "cloudevents-structured.json",
      headers: ["content-type": "application/cloudevents+json"]),
    HookCase(
      producer: "cloudevents", file: "cloudevents-binary.json",
      headers: [
        "content-type": "application/json", "ce-specversion": "1.0", "ce-id": "oe-qemuarm64-412",
        "ce-source": "https://ci.example.com/job/oe", "ce-type": "com.example.image.built",
      ]),
    HookCase(
      producer: "cdevents", file: "cdevents-artifact-published.json",
      headers: ["content-type": "application/cdevents+json"]),
  ]
}
