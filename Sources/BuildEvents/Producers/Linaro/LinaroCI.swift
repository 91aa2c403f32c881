/// The variables that ci.linaro.org's jobs gave to post-build-lava.py, or wrote to `post_build_lava_parameters`.
///
/// `SKIP_LAVA`, whatever its value, means: do nothing.
struct LinaroCI: ProducerAdapter {
  let name = "linaro-ci"
  let summary = "ci.linaro.org: the variables of a hardware pack's or an image's build"

  func read(_ payload: ProducerPayload) throws(EventRefusal) -> ProducerReading {
    var (variables, fields) = try payload.variables()
    // A record with the variables in `env`.
    if let nested = try variables.object("env") {
      variables = nested
      fields = .object(nested.members)
    }
    let job = try variables.text("HWPACK_JOB_NAME")
    let subject = job ?? variables.remark("JOB_NAME") ?? "-"
    if let skip = try variables.text("SKIP_LAVA") {
      return .ignored(subject: subject, because: "SKIP_LAVA is \(Redaction.quoted(skip))")
    }
    guard let job else { return try image(variables, fields) }
    let number = try variables.requiredText("HWPACK_BUILD_NUMBER")
    let file = try variables.requiredText("HWPACK_FILE_NAME")
    let (distribution, architecture, type) = try Self.parts(job, variables)
    var facts = try ProducerFacts(
      buildID: "\(job) \(number)", from: "HWPACK_JOB_NAME", subject: job, fields: fields)
    facts.know("arch", architecture, from: "HWPACK_JOB_NAME")
    facts.know("hwpack", type, from: "HWPACK_JOB_NAME")
    facts.know("image_family", try variables.text("ROOTFS_TYPE") ?? "nano-lava", from: "ROOTFS_TYPE")
    facts.know("device_types", try variables.text("DEVICE_TYPE"), from: "DEVICE_TYPE")
    facts.know(property: "distribution", distribution, from: "HWPACK_JOB_NAME")
    common(variables, &facts)
    facts.add(field: "distribution", .string(distribution))
    facts.add(field: "hwpack", .string(type))
    facts.add(field: "hwpack_board", .string(HardwarePack.board(of: type)))
    if let url = try variables.webAddress("HWPACK_URL") {
      facts.know(image: "hwpack", .string(url), from: "HWPACK_URL")
    } else {
      // Where snapshots.linaro.org has what such a job built.
      facts.add(
        file: file, at: "http://snapshots.linaro.org/\(distribution)/hwpacks/\(type)/\(number)/\(file)",
        from: "HWPACK_FILE_NAME")
      guard let published = facts.files.last else {
        throw variables.invalid("HWPACK_FILE_NAME", "is no name of a file", mend: "send the file's name")
      }
      facts.know(image: "hwpack", .string(published.url), from: "HWPACK_FILE_NAME")
    }
    return .build(facts)
  }

  /// A whole image (`IMAGE_URL`), as later scripts sent it.
  private func image(_ variables: FieldReader, _ fields: JSONValue) throws(EventRefusal) -> ProducerReading {
    guard let url = try variables.webAddress("IMAGE_URL") else {
      throw variables.missing("HWPACK_JOB_NAME", mend: "send the job that built the hardware pack, or IMAGE_URL")
    }
    let job = try variables.requiredText("JOB_NAME")
    let number = try variables.requiredText("BUILD_NUMBER")
    var facts = try ProducerFacts(buildID: "\(job) \(number)", from: "JOB_NAME", subject: job, fields: fields)
    facts.know(image: "image", .string(url), from: "IMAGE_URL")
    facts.know("arch", try variables.text("ARCHITECTURE"), from: "ARCHITECTURE")
    facts.know("image_family", try variables.text("ROOTFS_TYPE"), from: "ROOTFS_TYPE")
    facts.know("device_types", try variables.text("DEVICE_TYPE"), from: "DEVICE_TYPE")
    facts.know(property: "distribution", try variables.text("DISTRIBUTION"), from: "DISTRIBUTION")
    common(variables, &facts)
    return .build(facts)
  }

  private func common(_ variables: FieldReader, _ facts: inout ProducerFacts) {
    facts.know("build_url", try? variables.webAddress("BUILD_URL"), from: "BUILD_URL")
    facts.know(property: "tests", variables.remark("LAVA_TEST_PLAN"), from: "LAVA_TEST_PLAN")
    facts.know(property: "bundle_stream", variables.remark("BUNDLE_STREAM_NAME"), from: "BUNDLE_STREAM_NAME")
  }

  /// `DISTRIBUTION-ARCH-HWPACK`; a name that starts `package-and-publish-` means precise and armhf.
  private static func parts(
    _ job: String, _ variables: FieldReader
  ) throws(EventRefusal) -> (distribution: String, architecture: String, type: String) {
    let prefix = "package-and-publish-"
    if job.hasPrefix(prefix), job.utf8.count > prefix.utf8.count {
      return ("precise", "armhf", String(job.dropFirst(prefix.count)))
    }
    let parts = job.split(separator: "-", maxSplits: 2).map(String.init)
    guard parts.count == 3 else {
      throw variables.invalid(
        "HWPACK_JOB_NAME", "is not DISTRIBUTION-ARCH-HWPACK", mend: "send a name such as precise-armhf-lt-panda")
    }
    return (parts[0], parts[1], parts[2])
  }
}

/// Linaro's names of hardware packs.
public enum HardwarePack {
  /// The name without what tells variants of one board apart, such as `-x11-base` and `-natty`: what tables are asked for.
  public static func board(of name: String) -> String {
    var name = name
    for suffix in ["-natty", "-oneiric", "-precise", "-x11-base"] where name.hasSuffix(suffix) {
      name = String(name.dropLast(suffix.count))
    }
    return name
  }
}
