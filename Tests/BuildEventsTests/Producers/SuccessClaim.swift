@testable import BuildEvents

/// What a message must say to be a build that succeeded, written down apart from the adapters: from the producers' own
/// documentation, with nothing of how the adapters read.
enum SuccessClaim {
  /// Members that must have one of these values; nil allows that there is none.
  private static let claims: [String: [(path: String, values: [JSONValue?])]] = [
    "jenkins": [("build.phase", ["FINALIZED"]), ("build.status", ["SUCCESS"])],
    "jenkins-cloudevents": [("build.phase", ["FINALIZED"]), ("build.status", ["SUCCESS"])],
    "github": [("action", ["completed"]), ("workflow_run.conclusion", ["success"])],
    "kernelci": [("kind", ["kbuild"]), ("state", ["available", "done"]), ("result", ["pass"])],
    "tuxsuite": [("kind", ["build", "oebuild"]), ("status.state", ["finished"]), ("status.result", ["pass"])],
    "buildbot": [("complete", [true]), ("results", [0])],
  ]

  private static let headers = [
    "github": ["x-github-event": "workflow_run"],
    "jenkins-cloudevents": ["ce-type": "org.jenkinsci.job.finalized"],
    "obs": ["x-routing-key": "opensuse.obs.package.build_success"],
  ]

  /// What the message does not say although it was taken; nil where it says all, or is no JSON.
  static func trouble(_ producer: String, _ payload: ProducerPayload) -> String? {
    for (name, value) in headers[producer] ?? [:] where payload.headers[name] != value {
      return "\(name) is \(payload.headers[name] ?? "not there")"
    }
    guard var message = try? JSONValue.parse(payload.body) else { return nil }
    if case .string(let inner) = message, let document = try? JSONValue.parse(Array(inner.utf8)) { message = document }
    for (path, values) in claims[producer] ?? [] {
      let value = look(path, message)
      if !values.contains(value) { return "\(path) is \(value?.canonical ?? "not there")" }
    }
    switch producer {
    case "gitlab":
      let path = look("object_kind", message) == "pipeline" ? "object_attributes.status" : "build_status"
      return look(path, message) == "success" ? nil : "\(path) is not success"
    case "github":
      let (head, own) = ("workflow_run.head_repository.full_name", "repository.full_name")
      return look(head, message) == look(own, message) ? nil : "the run is another repository's"
    case "android-build":
      if look("build_id", message) != nil { return status(message) }
      if let skip = look("SKIP_LAVA", message), !skip.isAbsent { return "SKIP_LAVA is there" }
      return ["1", 1].contains(look("LAVA_SUBMIT", message)) ? nil : "LAVA_SUBMIT is not 1"
    case "linaro-ci":
      let skip = look("env", message) == nil ? look("SKIP_LAVA", message) : look("env.SKIP_LAVA", message)
      return skip.map(\.isAbsent) == false ? "SKIP_LAVA is there" : nil
    case "plain", "offspring": return status(message)
    case "cloudevents": return look("data", message).flatMap(status)
    case "cdevents": return look("customData", message).flatMap(status)
    default: return nil
    }
  }

  private static func status(_ record: JSONValue) -> String? {
    guard let status = record["status"], !status.isAbsent else { return nil }
    guard case .string(let word) = status, word.lowercased() == "success" else {
      return "status is \(status.canonical)"
    }
    return nil
  }

  private static func look(_ path: String, _ message: JSONValue) -> JSONValue? {
    var value: JSONValue? = message
    for name in path.split(separator: ".") { value = value?[String(name)] }
    return value
  }
}
