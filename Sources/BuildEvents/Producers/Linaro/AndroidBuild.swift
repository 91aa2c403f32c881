/// Linaro's Android build service: the variables of a build, as the file its job scripts wrote or as a JSON object.
///
/// `LAVA_SUBMIT` decides whether there is anything to test. The files lie where the service published them; a mapping
/// computes their addresses from owner, job, number and product.
struct AndroidBuild: ProducerAdapter {
  let name = "android-build"
  let summary = "Linaro's Android build service: the variables of a build"

  func read(_ payload: ProducerPayload) throws(EventRefusal) -> ProducerReading {
    let (variables, fields) = try payload.variables()
    if variables.value("build_id") != nil { return try record(variables, fields) }
    let job = try variables.requiredText("JOB_NAME")
    let number = try variables.requiredText("BUILD_NUMBER")
    if let skip = try variables.text("SKIP_LAVA") {
      return .ignored(subject: job, because: "SKIP_LAVA is \(Redaction.quoted(skip))")
    }
    let submit = try variables.text("LAVA_SUBMIT") ?? "0"
    guard submit == "1" else {
      return .ignored(subject: job, because: "LAVA_SUBMIT is \(Redaction.quoted(submit)), not 1")
    }
    // The Jenkins job of ~linaro-android/staging-panda is linaro-android_staging-panda.
    guard let underscore = job.firstIndex(of: "_") else {
      throw variables.invalid("JOB_NAME", "has no owner before an underscore", mend: "send OWNER_JOB")
    }
    let (owner, short) = (String(job[..<underscore]), String(job[job.index(after: underscore)...]))
    let product = try variables.requiredText("TARGET_PRODUCT")
    var facts = try ProducerFacts(
      buildID: "\(owner)/\(short)#\(number)", from: "JOB_NAME", subject: "\(owner)/\(short)", fields: fields)
    facts.know("image_family", "android", from: "the producer")
    facts.know("image_name", product, from: "TARGET_PRODUCT")
    facts.know("build_url", try variables.webAddress("BUILD_URL"), from: "BUILD_URL")
    try plan(variables, &facts)
    for (name, variable) in [
      ("product", "TARGET_PRODUCT"), ("variant", "TARGET_BUILD_VARIANT"), ("branch", "MANIFEST_BRANCH"),
      ("manifest", "MANIFEST_FILENAME"),
    ] {
      facts.know(property: name, variables.remark(variable), from: variable)
    }
    facts.know(property: "job", "\(owner)/\(short)", from: "JOB_NAME")
    facts.add(field: "owner", .string(owner))
    facts.add(field: "job", .string(short))
    // What the service published: images of droidcore builds as they are, others packed.
    let isRaw = try variables.text("MAKE_TARGETS") == "droidcore"
    facts.add(field: "extension", .string(try variables.text("IMAGE_EXTENSION") ?? (isRaw ? "img" : "tar.bz2")))
    return .build(facts)
  }

  /// `LAVA_DEVICE_TYPE` is LAVA's own word; `LAVA_DEVICE` names a board.
  private func plan(_ variables: FieldReader, _ facts: inout ProducerFacts) throws(EventRefusal) {
    facts.know("device_types", try variables.text("LAVA_DEVICE_TYPE"), from: "LAVA_DEVICE_TYPE")
    facts.know("boards", try variables.text("LAVA_DEVICE"), from: "LAVA_DEVICE")
    if let text = try variables.text("LAVA_TEST_PLAN") {
      let steps = try AndroidTestPlan(text, field: "LAVA_TEST_PLAN").steps
      facts.know("test_plan", .array(steps.map(\.json)), from: "LAVA_TEST_PLAN")
      facts.know(property: "tests", steps.map(\.name).joined(separator: " "), from: "LAVA_TEST_PLAN")
    }
    // CTS_TIMEOUT, DEFAULT_TIMEOUT and their like: seconds.
    for name in variables.members.keys.sorted() where name.hasSuffix("_TIMEOUT") && name != "_TIMEOUT" {
      let text = try variables.requiredText(name)
      guard let seconds = Int(text), (1...10_000_000).contains(seconds) else {
        throw variables.invalid(name, "is no number of seconds", mend: "send a whole number")
      }
      facts.know(property: "timeout." + name.dropLast("_TIMEOUT".count).lowercased(), "\(seconds)", from: name)
    }
  }

  /// The record some builds send instead: the plain record with `target_product` and `device_type`.
  private func record(_ variables: FieldReader, _ fields: JSONValue) throws(EventRefusal) -> ProducerReading {
    let reading = try PlainRecord.read(fields, at: nil, buildID: nil)
    guard case .build(var facts) = reading else { return reading }
    let product = try variables.requiredText("target_product")
    facts.add(field: "TARGET_PRODUCT", .string(product))
    facts.know("image_family", facts.record["image_family"] ?? "android", from: "image_family")
    facts.know(property: "product", product, from: "target_product")
    return .build(facts)
  }
}

/// `LAVA_TEST_PLAN`: steps with commas between them; `[system-reboot]` is a step of the system, and `methanol(-b CHROME)`
/// has options, in which a comma does not part.
struct AndroidTestPlan: Hashable {
  /// One step.
  struct Step: Hashable {
    let name: String
    let options: String?
    let isSystem: Bool

    var json: JSONValue {
      var members: [String: JSONValue] = ["name": .string(name)]
      members["options"] = options.map(JSONValue.string)
      if isSystem { members["system"] = true }
      return .object(members)
    }
  }

  let steps: [Step]

  init(_ text: String, field: String) throws(EventRefusal) {
    func refusal(_ message: String) -> EventRefusal {
      EventRefusal(
        .invalid, field: field, message, mend: "write for example busybox,methanol(-b CHROME),[system-reboot]")
    }
    var words: [String] = [""]
    var depth = 0
    for character in text {
      if character == "(" { depth += 1 }
      if character == ")" { depth -= 1 }
      guard depth >= 0, depth <= 1 else { throw refusal("has a parenthesis too many") }
      if character == ",", depth == 0 { words.append("") } else { words[words.count - 1].append(character) }
    }
    guard depth == 0 else { throw refusal("has a parenthesis that does not end") }
    var steps: [Step] = []
    for word in words {
      let bare = String(
        word.trimmingPrefix(while: { $0 == " " }).reversed().trimmingPrefix(while: { $0 == " " }).reversed())
      if bare.isEmpty { continue }
      if bare.hasPrefix("["), bare.hasSuffix("]") {
        steps.append(Step(name: String(bare.dropFirst().dropLast()), options: nil, isSystem: true))
      } else if bare.hasSuffix(")"), let open = bare.firstIndex(of: "(") {
        let options = String(bare[bare.index(after: open)...].dropLast())
        steps.append(Step(name: String(bare[..<open]), options: options, isSystem: false))
      } else {
        steps.append(Step(name: bare, options: nil, isSystem: false))
      }
      let isGood = steps.last.map { !$0.name.isEmpty && $0.name.utf8.allSatisfy(Self.isNameByte) } ?? false
      guard isGood else { throw refusal("\(Redaction.quoted(bare)) is no step") }
    }
    self.steps = steps
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    FieldReader.isTokenByte(byte) && !"!#$%&'*^`|~".utf8.contains(byte)
  }
}
