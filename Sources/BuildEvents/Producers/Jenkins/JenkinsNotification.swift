/// Jenkins' Notification plugin: JSON on every phase of a build.
///
/// A build counts in phase FINALIZED, because artifacts are archived only after COMPLETED. The plugin sends everything
/// again after one failed attempt, so the same message often comes several times.
struct JenkinsNotification: ProducerAdapter {
  let name = "jenkins"
  let summary = "Jenkins with the Notification plugin, JSON over HTTP"

  let knowsUnstable = true

  func read(_ payload: ProducerPayload) throws(EventRefusal) -> ProducerReading {
    try read(payload, options: ProducerOptions())
  }

  func read(_ payload: ProducerPayload, options: ProducerOptions) throws(EventRefusal) -> ProducerReading {
    let document = try payload.json()
    let event = try FieldReader(document, at: nil)
    let build = try event.requiredObject("build")
    let job = try event.requiredText("name")
    if let reason = try JenkinsBuild.reasonToIgnore(build, options) { return .ignored(subject: job, because: reason) }
    var facts = try ProducerFacts(
      buildID: try build.requiredText("full_url"), from: "build.full_url", subject: job, fields: document)
    facts.know("build_url", try build.webAddress("full_url"), from: "build.full_url")
    facts.know(property: "job", job, from: "name")
    // "job/folder/job/name/": the only field that tells folders apart.
    facts.know(property: "job_path", event.remark("url"), from: "url")
    if let scm = try build.object("scm") {
      facts.know(property: "branch", scm.remark("branch"), from: "build.scm.branch")
      facts.know(property: "commit", scm.remark("commit"), from: "build.scm.commit")
    }
    if case .int(let start)? = build.value("timestamp"), case .int(let duration)? = build.value("duration"),
      case let (end, overflow) = start.addingReportingOverflow(duration), !overflow
    {
      facts.know("completed_at", Timestamp.normal(milliseconds: end), from: "build.timestamp")
    }
    for (file, value) in (try build.members("artifacts") ?? [:]).sorted(by: { $0.key < $1.key }) {
      let field = "build.artifacts.\(ProducerFacts.line(file))"
      // Jenkins' own copy, else the one on S3.
      guard let url = value["archive"]?.stringValue ?? value["s3"]?.stringValue else { continue }
      facts.add(file: file, at: url, from: field)
    }
    return .build(facts)
  }
}

/// What both of Jenkins' plugins say of a build.
enum JenkinsBuild {
  /// Why a build schedules nothing; nil for a finished success.
  static func reasonToIgnore(_ build: FieldReader, _ options: ProducerOptions) throws(EventRefusal) -> String? {
    let phase = try build.requiredText("phase")
    guard phase == "FINALIZED" else {
      return "the build's phase is \(Redaction.quoted(phase)); only FINALIZED counts, when its artifacts are there"
    }
    let status = try build.requiredText("status")
    guard status == "SUCCESS" || (status == "UNSTABLE" && options.acceptsUnstable) else {
      return "the build's status is \(Redaction.quoted(status)); only SUCCESS is tested"
    }
    return nil
  }
}
