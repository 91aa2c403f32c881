import Foundation
import LabSupport
import Testing

@testable import BuildEvents

/// A message of a producer as it is on the wire, out of `Tests/samples`.
struct Sample: Sendable, CustomTestStringConvertible {
  let producer: String
  let file: String
  var headers: [String: String] = [:]

  var testDescription: String { "\(producer) \(file)" }

  var body: [UInt8] {
    get throws { [UInt8](try Data(contentsOf: URL(fileURLWithPath: Lab.repository + "/Tests/samples/" + file))) }
  }

  var payload: ProducerPayload {
    get throws { ProducerPayload(try body, contentType: headers["content-type"], headers: headers) }
  }

  func read() throws -> ProducerReading {
    guard let adapter = Producers.named(producer) else { throw Missing(name: producer) }
    return try adapter.read(payload)
  }

  /// The same with members changed, by dotted path; `.null` takes one away.
  func changed(_ changes: [String: JSONValue], headers more: [String: String] = [:]) throws -> ProducerReading {
    guard let adapter = Producers.named(producer) else { throw Missing(name: producer) }
    var document = try JSONValue.parse(body)
    for (path, value) in changes {
      document = Self.set(document, path.split(separator: ".").map(String.init)[...], value)
    }
    let headers = headers.merging(more) { _, new in new }
    return try adapter.read(
      ProducerPayload(document.serialized, contentType: headers["content-type"], headers: headers))
  }

  private static func set(_ value: JSONValue, _ path: ArraySlice<String>, _ new: JSONValue) -> JSONValue {
    guard let first = path.first else { return new }
    var members = value.objectValue ?? [:]
    members[first] = set(members[first] ?? [:], path.dropFirst(), new)
    return .object(members)
  }

  struct Missing: Error { let name: String }

  static let json = ["content-type": "application/json"]
  static let cloudEvent = [
    "content-type": "application/json", "ce-specversion": "1.0", "ce-id": "6b0a7f4e", "ce-source": "job/oe-rb5-nightly",
    "ce-type": "org.jenkinsci.job.finalized",
  ]
  static let gitHub = ["content-type": "application/json", "x-github-event": "workflow_run"]
  static let obs = ["content-type": "application/json", "x-routing-key": "opensuse.obs.package.build_success"]

  static let jenkins = Sample(producer: "jenkins", file: "jenkins-notification.json", headers: json)
  static let jenkinsCloudEvents = Sample(
    producer: "jenkins-cloudevents", file: "jenkins-cloudevents.json", headers: cloudEvent)
  static let gitLabJob = Sample(producer: "gitlab", file: "gitlab-job.json", headers: json)
  static let gitLabPipeline = Sample(producer: "gitlab", file: "gitlab-pipeline.json", headers: json)
  static let gitHubRun = Sample(producer: "github", file: "github-workflow_run.json", headers: gitHub)
  static let tuxWire = Sample(producer: "tuxsuite", file: "tuxsuite-build.wire.body", headers: json)
  static let tuxBuild = Sample(producer: "tuxsuite", file: "tuxsuite-build.json", headers: json)
  static let tuxOE = Sample(producer: "tuxsuite", file: "tuxsuite-oebuild.json", headers: json)
  static let kernelCI = Sample(producer: "kernelci", file: "kernelci-kbuild-node.json", headers: json)
  static let androidEnv = Sample(
    producer: "android-build", file: "android-build.env", headers: ["content-type": "text/plain"])
  static let androidRecord = Sample(producer: "android-build", file: "android-build.json", headers: json)
  static let linaroCI = Sample(producer: "linaro-ci", file: "linaro-ci-hwpack.json", headers: json)
  static let offspring = Sample(producer: "offspring", file: "offspring.json", headers: json)
  static let offspringPack = Sample(producer: "offspring", file: "offspring-hwpack.json", headers: json)
  static let offspringPair = Sample(producer: "offspring", file: "offspring-pair.json", headers: json)
  static let published = Sample(producer: "published", file: "published.json", headers: json)
  static let buildbot = Sample(producer: "buildbot", file: "buildbot.json", headers: json)
  static let obsPackage = Sample(producer: "obs", file: "obs-build_success.json", headers: obs)
  static let plain = Sample(producer: "plain", file: "generic.json", headers: json)
  static let cloudEvents = Sample(
    producer: "cloudevents", file: "cloudevents-structured.json",
    headers: ["content-type": "application/cloudevents+json; charset=utf-8"])
  static let cdEvents = Sample(
    producer: "cdevents", file: "cdevents-artifact-published.json",
    headers: ["content-type": "application/cdevents+json"])

  static let all = [
    jenkins, jenkinsCloudEvents, gitLabJob, gitLabPipeline, gitHubRun, tuxWire, tuxBuild, tuxOE, kernelCI, androidEnv,
    androidRecord, linaroCI, offspring, offspringPack, offspringPair, published, buildbot, obsPackage, plain,
    cloudEvents, cdEvents,
  ]
}
