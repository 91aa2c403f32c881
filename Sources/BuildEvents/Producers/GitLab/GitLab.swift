/// GitLab's job and pipeline hooks. They come on every change of status; a success counts once.
struct GitLab: ProducerAdapter {
  let name = "gitlab"
  let summary = "GitLab's webhooks: job and pipeline events"
  let scheme = DoorScheme.gitlab

  func read(_ payload: ProducerPayload) throws(EventRefusal) -> ProducerReading {
    let document = try payload.json()
    let event = try FieldReader(document, at: nil)
    switch try event.requiredText("object_kind") {
    case "build": return try job(event, document)
    case "pipeline": return try pipeline(event, document)
    case let kind:
      return .ignored(
        subject: "-", because: "the hook is of kind \(Redaction.quoted(kind)), not of a job or a pipeline")
    }
  }

  private func job(_ event: FieldReader, _ document: JSONValue) throws(EventRefusal) -> ProducerReading {
    let job = try event.requiredText("build_name")
    let status = try event.requiredText("build_status")
    guard status == "success" else {
      return .ignored(subject: job, because: "the job is \(Redaction.quoted(status)); only success is tested")
    }
    let project = try event.requiredNumber("project_id")
    let id = try event.requiredNumber("build_id")
    var facts = try ProducerFacts(
      buildID: "project \(project) job \(id)", from: "build_id", subject: job, fields: document)
    facts.know(property: "job", job, from: "build_name")
    facts.know(
      "completed_at", event.time("build_finished_at_iso") ?? event.time("build_finished_at"), from: "build_finished_at")
    facts.know(property: "branch", event.remark("ref"), from: "ref")
    facts.know(property: "commit", event.remark("sha"), from: "sha")
    try projectFacts(event, page: "/-/jobs/\(id)", &facts)
    return .build(facts)
  }

  private func pipeline(_ event: FieldReader, _ document: JSONValue) throws(EventRefusal) -> ProducerReading {
    let attributes = try event.requiredObject("object_attributes")
    let project = try event.requiredObject("project")
    let subject = project.remark("path_with_namespace") ?? "pipeline"
    let status = try attributes.requiredText("status")
    guard status == "success" else {
      return .ignored(subject: subject, because: "the pipeline is \(Redaction.quoted(status)); only success is tested")
    }
    let id = try attributes.requiredNumber("id")
    var facts = try ProducerFacts(
      buildID: "project \(try project.requiredNumber("id")) pipeline \(id)", from: "object_attributes.id",
      subject: subject, fields: document)
    facts.know("completed_at", attributes.time("finished_at"), from: "object_attributes.finished_at")
    facts.know(property: "branch", attributes.remark("ref"), from: "object_attributes.ref")
    facts.know(property: "commit", attributes.remark("sha"), from: "object_attributes.sha")
    try projectFacts(event, page: "/-/pipelines/\(id)", &facts)
    // Lists of objects cannot be looked up by name, so mappings get them as objects too.
    facts.add(field: "variables", .object(try Self.byName(attributes, "variables", key: "key", value: "value")))
    facts.add(field: "jobs", .object(try Self.byName(event, "builds", key: "name", value: nil)))
    return .build(facts)
  }

  private func projectFacts(
    _ event: FieldReader, page: String, _ facts: inout ProducerFacts
  ) throws(EventRefusal) {
    guard let project = try event.object("project") else { return }
    facts.know(property: "project", project.remark("path_with_namespace"), from: "project.path_with_namespace")
    guard let address = try project.webAddress("web_url") else { return }
    facts.know("build_url", address + page, from: "project.web_url")
  }

  private static func byName(
    _ reader: FieldReader, _ field: String, key: String, value: String?
  ) throws(EventRefusal) -> [String: JSONValue] {
    var found: [String: JSONValue] = [:]
    for (index, element) in (try reader.list(field) ?? []).enumerated() {
      guard let name = element[key]?.stringValue else {
        throw reader.missing("\(field)[\(index)].\(key)", mend: "send the \(key) of each of \(field)")
      }
      if let value { found[name] = element[value] } else { found[name] = element }
    }
    return found
  }
}
