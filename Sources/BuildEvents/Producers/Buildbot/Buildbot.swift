/// Buildbot's HttpStatusPush: the build object at start and end. Facts travel in properties.
struct Buildbot: ProducerAdapter {
  let name = "buildbot"
  let summary = "Buildbot's HttpStatusPush"

  /// What Buildbot's numbers mean (buildbot/process/results.py).
  private static let results = [
    0: "success", 1: "warnings", 2: "failure", 3: "skipped", 4: "exception", 5: "retry", 6: "cancelled",
  ]

  func read(_ payload: ProducerPayload) throws(EventRefusal) -> ProducerReading {
    let document = try payload.json()
    let build = try FieldReader(document, at: nil)
    let builder = try build.object("builder")?.text("name")
    let subject: String
    if let builder { subject = builder } else { subject = "builder \(try build.requiredNumber("builderid"))" }
    guard let complete = try build.flag("complete") else {
      throw build.missing("complete", mend: "send the build as HttpStatusPush makes it")
    }
    guard complete else { return .ignored(subject: subject, because: "the build has only begun") }
    let result = try build.requiredNumber("results")
    guard result == 0 else {
      let word = Self.results[Int(clamping: result)] ?? "\(result)"
      return .ignored(subject: subject, because: "the build's result is \(word); only success is tested")
    }
    let page = try build.text("url")
    let id: String
    if let page { id = page } else { id = "build \(try build.requiredNumber("buildid"))" }
    var facts = try ProducerFacts(
      buildID: id, from: page == nil ? "buildid" : "url", subject: subject, fields: document)
    facts.know("build_url", try build.webAddress("url"), from: "url")
    facts.know(property: "builder", builder, from: "builder.name")
    if case .int(let seconds)? = build.value("complete_at"), seconds < 1 << 40 {
      facts.know("completed_at", Timestamp.normal(milliseconds: seconds &* 1000), from: "complete_at")
    }
    var properties: [String: JSONValue] = [:]
    for (key, value) in (try build.members("properties") ?? [:]).sorted(by: { $0.key < $1.key }) {
      // A pair of the value and where it was set.
      guard case .array(let pair) = value, let first = pair.first else {
        throw EventRefusal(
          .invalid, field: "properties.\(ProducerFacts.line(key))", "must be a pair of value and source",
          mend: "send properties as HttpStatusPush makes them")
      }
      properties[key] = first
    }
    facts.add(field: "property", .object(properties))
    if let stamp = try build.object("buildset")?.list("sourcestamps")?.first {
      facts.know(property: "branch", stamp["branch"]?.stringValue, from: "buildset.sourcestamps[0].branch")
    }
    facts.know(property: "commit", properties["got_revision"]?.stringValue, from: "properties.got_revision")
    return .build(facts)
  }
}
