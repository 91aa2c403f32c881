/// TuxSuite's callbacks for kernel builds and OpenEmbedded builds.
///
/// The body is a JSON string that holds the JSON, or that JSON itself (docs.tuxsuite.com/callbacks; SQUAD reads both).
struct TuxSuite: ProducerAdapter {
  let name = "tuxsuite"
  let summary = "TuxSuite's callbacks: build and oebuild"
  let scheme = DoorScheme.ecdsa

  func read(_ payload: ProducerPayload) throws(EventRefusal) -> ProducerReading {
    var document = try payload.json()
    if case .string(let inner) = document { document = try JSONValue.parse(Array(inner.utf8), limits: payload.limits) }
    let event = try FieldReader(document, at: nil)
    let kind = try event.requiredText("kind")
    guard kind == "build" || kind == "oebuild" else {
      return .ignored(subject: "-", because: "the callback is of kind \(Redaction.quoted(kind)), not of a build")
    }
    let status = try event.requiredObject("status")
    let uid = try status.requiredText("uid")
    let subject = status.remark("project") ?? uid
    let state = try status.requiredText("state")
    guard state == "finished" else {
      return .ignored(subject: subject, because: "the build is \(Redaction.quoted(state)), not finished")
    }
    let result = try status.requiredText("result")
    guard result == "pass" else {
      return .ignored(subject: subject, because: "the result is \(Redaction.quoted(result)); only pass is tested")
    }
    var facts = try ProducerFacts(buildID: uid, from: "status.uid", subject: subject, fields: document)
    facts.know("completed_at", status.time("finished_time"), from: "status.finished_time")
    facts.know(property: "project", status.remark("project"), from: "status.project")
    guard var folder = try status.webAddress("download_url") else {
      throw status.missing("download_url", mend: "send the folder with the build's files")
    }
    if !folder.hasSuffix("/") { folder += "/" }
    facts.know("build_url", folder, from: "status.download_url")
    if kind == "build" { return try kernel(status, folder, facts) }
    facts.know("image_family", "oe", from: "kind")
    let machine = try status.requiredText("machine")
    facts.know("boards", .array([.string(machine)]), from: "status.machine")
    facts.know(property: "machine", machine, from: "status.machine")
    facts.know(property: "distro", status.remark("distro"), from: "status.distro")
    if case .string(let target)? = try status.list("targets")?.first {
      facts.know("image_name", target, from: "status.targets[0]")
    }
    return .build(facts)
  }

  private func kernel(
    _ status: FieldReader, _ folder: String, _ known: ProducerFacts
  ) throws(EventRefusal) -> ProducerReading {
    var facts = known
    let architecture = try status.requiredText("target_arch")
    guard architecture != "um" else {
      return .ignored(subject: facts.subject, because: "the architecture is um, which no board is")
    }
    facts.know("image_family", "kernel", from: "kind")
    facts.know("arch", architecture, from: "status.target_arch")
    facts.know("kernel_version", status.remark("kernel_version"), from: "status.kernel_version")
    facts.know("image_name", status.remark("build_name"), from: "status.build_name")
    facts.know(property: "toolchain", status.remark("toolchain"), from: "status.toolchain")
    facts.know(property: "branch", status.remark("git_ref"), from: "status.git_ref")
    facts.know(property: "tree", status.remark("git_repo"), from: "status.git_repo")
    facts.know(property: "commit", status.remark("git_sha"), from: "status.git_sha")
    if case .string(let config)? = try status.list("kconfig")?.first {
      facts.know(property: "defconfig", config, from: "status.kconfig[0]")
    }
    let path = "tuxmake_metadata"
    if let artifacts = try status.object(path)?.object("results")?.object("artifacts") {
      try TuxMakeArtifacts.read(artifacts, folder: folder, into: &facts)
    } else if let image = try status.text("kernel_image_name") {
      TuxMakeArtifacts.add(["kernel": [image]], folder: folder, field: "status.kernel_image_name", into: &facts)
    }
    return .build(facts)
  }
}
