extension JobDefinition {
  /// The longest queue timeout that is let through: ten years, in seconds.
  ///
  /// LAVA takes any number, and a huge one ends its scheduler again and again
  /// (`lava_scheduler_app/scheduler.py` adds it to the submit time).
  public static let longestQueueTimeout: Int64 = 3650 * 86_400

  /// Checks what LAVA checks at submission without looking into its database:
  /// `lava_scheduler_app/schema.py:validate_submission`, the pure part of `dbutils.py:validate_yaml` and the priority
  /// of `models.py:_create_pipeline_job`.
  ///
  /// Stricter than LAVA where `Strictness` says so.
  ///
  /// - Parameters:
  ///   - rules: which LAVA's schema.
  ///   - extraContextVariables: the server's setting `EXTRA_CONTEXT_VARIABLES`.
  ///   - names: whom and what `notify` may name; nil looks at none.
  /// - Throws: the first mistake, in voluptuous' words, with its path and, where the text is known, its line.
  public func check(
    against rules: SubmissionRules = .lava2023_01, extraContextVariables: Set<String> = [],
    notifying names: NotifiableNames? = nil
  ) throws(DefinitionMistake) {
    try refuseMultinode()
    do {
      try SubmissionSchema.job(rules, extraContextVariables: extraContextVariables).check(.mapping(root))
    } catch {
      throw mistake(error.problems[0])
    }
    try checkTestRepositories()
    try checkNotify(rules, names)
    try checkPriority()
    try checkOwnRules()
  }

  /// A mistake at a place of the definition.
  func mistake(
    _ message: String, at path: [SchemaFailure.Step], _ strictness: Strictness? = nil
  ) -> DefinitionMistake {
    mistake(SchemaFailure.Problem(message: message, path: path), strictness)
  }

  private func mistake(_ problem: SchemaFailure.Problem, _ strictness: Strictness? = nil) -> DefinitionMistake {
    DefinitionMistake(
      problem.text, line: origin.line(of: problem.path, in: .mapping(root)),
      path: problem.path.isEmpty ? nil : problem.place, strictness: strictness)
  }

  private func refuseMultinode() throws(DefinitionMistake) {
    let name = "lava-multinode"
    guard root["protocols"]?.mapping?[name] != nil else { return }
    throw mistake(
      "multinode jobs are not supported; write one single-node definition per board",
      at: [.key(.string("protocols")), .key(.string(name))], .multinode)
  }

  private func checkOwnRules() throws(DefinitionMistake) {
    if root["device_type"] == nil {
      throw mistake("required key not provided", at: [.key(.string("device_type"))], .noDeviceType)
    }
    if root["actions"]?.sequence?.isEmpty ?? true {
      throw mistake(
        "length of value must be at least 1 for dictionary value", at: [.key(.string("actions"))], .noActions)
    }
    guard let queue = root["timeouts"]?.mapping?["queue"] else { return }
    let seconds = Self.seconds(of: queue)
    guard let seconds, (1...Self.longestQueueTimeout).contains(seconds) else {
      throw mistake(
        "queue timeout must be between 1 second and 3650 days",
        at: [.key(.string("timeouts")), .key(.string("queue"))], .queueTimeout)
    }
  }
}
