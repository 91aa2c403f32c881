/// Jenkins' CloudEvents plugin: binary mode, a new random id for each sending, no artifacts.
struct JenkinsCloudEvents: ProducerAdapter {
  let name = "jenkins-cloudevents"
  let summary = "Jenkins with the CloudEvents plugin"
  let headers = CloudEvents.readHeaders

  let knowsUnstable = true

  func read(_ payload: ProducerPayload) throws(EventRefusal) -> ProducerReading {
    try read(payload, options: ProducerOptions())
  }

  func read(_ payload: ProducerPayload, options: ProducerOptions) throws(EventRefusal) -> ProducerReading {
    let (envelope, data) = try CloudEvents.parts(payload)
    let event = try FieldReader(data, at: "data")
    let job = try event.requiredText("name")
    guard envelope.type.hasPrefix("org.jenkinsci.job.") else {
      return .ignored(subject: job, because: "the type is \(Redaction.quoted(envelope.type)), no event of a job")
    }
    guard envelope.type == "org.jenkinsci.job.finalized" else {
      return .ignored(subject: job, because: "the type is \(Redaction.quoted(envelope.type)); only finalized counts")
    }
    let build = try event.requiredObject("build")
    if let reason = try JenkinsBuild.reasonToIgnore(build, options) { return .ignored(subject: job, because: reason) }
    var facts = try ProducerFacts(
      buildID: try build.requiredText("fullUrl"), from: "data.build.fullUrl", subject: job, fields: data)
    facts.know("build_url", try build.webAddress("fullUrl"), from: "data.build.fullUrl")
    facts.know(property: "job", job, from: "data.name")
    facts.know(property: "job_path", event.remark("url"), from: "data.url")
    if let scm = try build.object("scmState") {
      facts.know(property: "branch", scm.remark("branch"), from: "data.build.scmState.branch")
      facts.know(property: "commit", scm.remark("commit"), from: "data.build.scmState.commit")
    }
    return .build(facts)
  }
}
