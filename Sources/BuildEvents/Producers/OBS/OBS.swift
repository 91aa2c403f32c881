/// The Open Build Service's messages, brought from its AMQP exchange by a bridge: the message's JSON as the body, its
/// routing key in the header `X-Routing-Key`.
struct OBS: ProducerAdapter {
  let name = "obs"
  let summary = "Open Build Service: package.build_success, through an AMQP bridge"
  let headers = ["x-routing-key"]

  func read(_ payload: ProducerPayload) throws(EventRefusal) -> ProducerReading {
    guard let key = payload.headers["x-routing-key"] else {
      throw EventRefusal(
        .missing, field: "X-Routing-Key", "is required",
        mend: "send the message's routing key, opensuse.obs.package.build_success")
    }
    let document = try payload.json()
    let event = try FieldReader(document, at: nil)
    let project = try event.requiredText("project")
    guard key.hasSuffix(".obs.package.build_success") else {
      return .ignored(subject: project, because: "the message is \(Redaction.quoted(key)), not a built package")
    }
    let package = try event.requiredText("package")
    let repository = try event.requiredText("repository")
    let architecture = try event.requiredText("arch")
    let revision = try event.requiredText("srcmd5")
    let count = try event.requiredText("bcnt")
    var facts = try ProducerFacts(
      buildID: "\(project)/\(package)/\(repository)/\(architecture) \(revision).\(count)", from: "package",
      subject: "\(project)/\(package)", fields: document)
    facts.know("arch", architecture, from: "arch")
    facts.know("image_name", package, from: "package")
    for name in ["project", "package", "repository"] { facts.know(property: name, try event.text(name), from: name) }
    facts.know(property: "revision", event.remark("rev"), from: "rev")
    facts.know(property: "version", event.remark("versrel"), from: "versrel")
    if let text = event.remark("endtime"), let seconds = Int64(text), seconds < 1 << 40 {
      facts.know("completed_at", Timestamp.normal(milliseconds: seconds &* 1000), from: "endtime")
    }
    // A repository's folder: every ":" of the project is a folder of its own.
    facts.add(field: "folder", .string(project.replacing(":", with: ":/") + "/" + repository))
    return .build(facts)
  }
}
