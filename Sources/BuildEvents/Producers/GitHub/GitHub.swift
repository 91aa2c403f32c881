/// GitHub's `workflow_run`. Runs of forks come too; their branch names and titles are strangers' words, so they are
/// never tested.
struct GitHub: ProducerAdapter {
  let name = "github"
  let summary = "GitHub's webhooks: workflow_run"
  let scheme = DoorScheme.hmac
  let headers = ["x-github-event"]

  func read(_ payload: ProducerPayload) throws(EventRefusal) -> ProducerReading {
    guard let kind = payload.headers["x-github-event"] else {
      throw EventRefusal(.missing, field: "X-GitHub-Event", "is required", mend: "send the header X-GitHub-Event")
    }
    guard kind == "workflow_run" else {
      return .ignored(subject: "-", because: "the event is \(Redaction.quoted(kind)), not workflow_run")
    }
    let document = try Self.document(payload)
    let event = try FieldReader(document, at: nil)
    let run = try event.requiredObject("workflow_run")
    let repository = try event.requiredObject("repository").requiredText("full_name")
    let action = try event.requiredText("action")
    guard action == "completed" else {
      return .ignored(subject: repository, because: "the run is \(Redaction.quoted(action)), not completed")
    }
    let conclusion = try run.text("conclusion") ?? "without a conclusion"
    guard conclusion == "success" else {
      return .ignored(
        subject: repository, because: "the run ended \(Redaction.quoted(conclusion)); only success is tested")
    }
    // A head repository that is not told, or was deleted (null), may be anybody's.
    guard let head = try run.object("head_repository")?.text("full_name"), head == repository else {
      return .ignored(subject: repository, because: "the run is of a fork, whose builds are not tested")
    }
    let id = try run.requiredNumber("id")
    let attempt = try run.requiredNumber("run_attempt")
    var facts = try ProducerFacts(
      buildID: "\(repository) run \(id).\(attempt)", from: "workflow_run.id", subject: repository, fields: document)
    facts.know("build_url", try run.webAddress("html_url"), from: "workflow_run.html_url")
    facts.know("completed_at", run.time("updated_at"), from: "workflow_run.updated_at")
    facts.know(property: "project", repository, from: "repository.full_name")
    facts.know(property: "branch", run.remark("head_branch"), from: "workflow_run.head_branch")
    facts.know(property: "commit", run.remark("head_sha"), from: "workflow_run.head_sha")
    facts.know(property: "workflow", run.remark("path"), from: "workflow_run.path")
    return .build(facts)
  }

  /// GitHub's older default sends a form whose field `payload` is the JSON.
  private static func document(_ payload: ProducerPayload) throws(EventRefusal) -> JSONValue {
    guard let type = payload.contentType, MediaType(type).essence == "application/x-www-form-urlencoded" else {
      return try payload.json()
    }
    let field = try payload.text().split(separator: "&").first { $0.hasPrefix("payload=") }
    guard let field else {
      throw EventRefusal(.missing, field: "payload", "is required", mend: "set the webhook's content type to JSON")
    }
    let encoded = field.dropFirst("payload=".count).replacing("+", with: " ")
    guard let text = PercentCoding.decoded(encoded) else {
      throw EventRefusal(
        .malformed, field: "payload", "is not percent-encoded UTF-8", mend: "set the content type to JSON")
    }
    return try JSONValue.parse(Array(text.utf8), limits: payload.limits)
  }
}
