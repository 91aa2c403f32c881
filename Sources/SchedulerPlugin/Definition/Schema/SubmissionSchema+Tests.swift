extension SubmissionSchema {
  /// The kinds of `test`, in the order in which they are tried.
  static func tests(_ rules: SubmissionRules) -> [Schema] {
    let isNew = rules == .lava2026_10
    var kinds = [
      test("monitors", monitors(isNew)), test("interactive", interactive(isNew)), test("definitions", definitions),
    ]
    if isNew { kinds.append(test("services", services)) }
    return kinds
  }

  private static func test(_ kind: String, _ value: Schema) -> Schema {
    .mapping([.required(kind, value), .optional("timeout", timeout)], extra: true)
  }

  private static let services = Schema.sequence([
    .mapping(
      [
        .required("name", .string),
        .required("from", .string),
        .required("repository", .string),
        .required("path", .string),
        .optional("service", .string),
        .optional("timeout", timeout),
      ], extra: true)
  ])

  private static let definitions = Schema.sequence([
    .mapping(
      [
        .required("repository", .any([inlineRepository, .string])),
        .required("from", .string),
        .required("name", .string),
        .required("path", .string),
        .optional("parameters", .dict),
        .optional("timeout", timeout),
      ], extra: true)
  ])

  private static let inlineRepository = Schema.mapping([
    .optional("metadata", .dict), .optional("install", .dict), .optional("run", .dict), .optional("parse", .dict),
  ])

  private static func monitors(_ isNew: Bool) -> Schema {
    let more: [Schema.Field] = isNew ? [.optional("expected", .sequence([.string]))] : []
    return .sequence([
      .mapping(
        [
          .required("name", .name),
          .required("start", .string),
          .required("end", .string),
          .required("pattern", .string),
          .optional("fixupdict", .dict),
        ] + more)
    ])
  }

  private static func interactive(_ isNew: Bool) -> Schema {
    let texts = Schema.sequence([.text(min: 1, max: nil)])
    let more: [Schema.Field] = isNew ? [.optional("expected", texts)] : []
    return .sequence([
      .mapping(
        [
          .required("name", .name),
          .required("prompts", isNew ? texts : .list),
          .optional("echo", .literal("discard")),
          .required("script", script),
        ] + more)
    ])
  }

  private static let script = Schema.sequence([
    .mapping([
      .optional("name", .name),
      .optional("command", .any([.null, .string])),
      .optional("delay", .int),
      .optional("lava-send", .string),
      .optional("lava-sync", .string),
      .optional("lava-wait", .string),
      .optional("lava-wait-all", .string),
      .optional("wait_for_prompt", .bool),
      .optional(
        "failures",
        .sequence([
          .mapping([
            .required("message", .string),
            .optional("exception", .oneOf("InfrastructureError", "JobError", "TestError")),
            .optional("error", .string),
          ])
        ])),
      .optional("successes", .sequence([.mapping([.required("message", .string)])])),
    ])
  ])
}
