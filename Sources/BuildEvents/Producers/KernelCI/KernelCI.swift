/// A node of KernelCI's API (`GET /node/ID`): a kernel build with its artifacts. Events themselves have none.
struct KernelCI: ProducerAdapter {
  let name = "kernelci"
  let summary = "KernelCI's nodes of kind kbuild"

  /// Artifacts that are files a board fetches.
  private static let roles = ["kernel": "kernel", "modules": "modules", "ramdisk": "ramdisk", "rootfs": "rootfs"]

  func read(_ payload: ProducerPayload) throws(EventRefusal) -> ProducerReading {
    let document = try payload.json()
    let node = try FieldReader(document, at: nil)
    if node.value("specversion") != nil {
      return .ignored(subject: "-", because: "a KernelCI event has no artifacts; fetch its node and send that")
    }
    let id = try node.requiredText("id")
    let subject = node.remark("name") ?? id
    let kind = try node.requiredText("kind")
    guard kind == "kbuild" else {
      return .ignored(subject: subject, because: "the node is of kind \(Redaction.quoted(kind)), not kbuild")
    }
    let state = try node.requiredText("state")
    // After "available" comes "done" with the same result; both have the artifacts.
    guard state == "available" || state == "done" else {
      return .ignored(subject: subject, because: "the node is \(Redaction.quoted(state)), not available")
    }
    let result = try node.text("result") ?? "without a result"
    guard result == "pass" else {
      return .ignored(subject: subject, because: "the node is \(Redaction.quoted(result)); only pass is tested")
    }
    let data = try node.requiredObject("data")
    let architecture = try data.requiredText("arch")
    guard architecture != "um" else {
      return .ignored(subject: subject, because: "the architecture is um, which no board is")
    }
    var facts = try ProducerFacts(buildID: id, from: "id", subject: subject, fields: document)
    facts.know("image_family", "kernel", from: "kind")
    facts.know("arch", architecture, from: "data.arch")
    facts.know("image_name", subject, from: "name")
    facts.know("completed_at", node.time("updated"), from: "updated")
    for key in ["defconfig", "compiler", "config_full", "kernel_type"] {
      facts.know(property: key, data.remark(key), from: "data.\(key)")
    }
    if let revision = try data.object("kernel_revision") {
      facts.know("kernel_version", revision.remark("describe"), from: "data.kernel_revision.describe")
      for key in ["tree", "branch", "commit"] {
        facts.know(property: key, revision.remark(key), from: "data.kernel_revision.\(key)")
      }
    }
    for (key, value) in (try node.members("artifacts") ?? [:]).sorted(by: { $0.key < $1.key }) where !value.isAbsent {
      let field = "artifacts.\(ProducerFacts.line(key))"
      guard case .string(let url) = value else {
        throw EventRefusal(.invalid, field: field, "must be a URL, not \(value.kind)", mend: "send a URL")
      }
      facts.add(file: key, at: url, from: field)
      if let role = Self.roles[key], let file = facts.files.last, file.name == key {
        facts.know(image: role, PackedFile.image(url: url, role: role), from: field)
      }
    }
    return .build(facts)
  }
}
