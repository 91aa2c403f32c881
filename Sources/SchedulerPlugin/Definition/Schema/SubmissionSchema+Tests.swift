extension SubmissionSchema {
  /// `test` with `definitions`.
  static let definitionTest = Schema.mapping(
    [.required("definitions", definitions), .optional("timeout", timeout)], extra: true)

  /// `test` with `monitors`.
  static let monitorTest = Schema.mapping(
    [.required("monitors", monitors), .optional("timeout", timeout)], extra: true)

  /// `test` with `interactive`.
  static let interactiveTest = Schema.mapping(
    [.required("interactive", interactive), .optional("timeout", timeout)], extra: true)

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

  private static let monitors = Schema.sequence([
    .mapping([
      .required("name", .name),
      .required("start", .string),
      .required("end", .string),
      .required("pattern", .string),
      .optional("fixupdict", .dict),
    ])
  ])

  private static let interactive = Schema.sequence([
    .mapping([
      .required("name", .name),
      .required("prompts", .list),
      .optional("echo", .literal("discard")),
      .required("script", script),
    ])
  ])

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
