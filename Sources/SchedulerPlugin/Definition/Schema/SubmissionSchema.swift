/// LAVA's submission schema, `lava_scheduler_app/schema.py:_job_schema`.
enum SubmissionSchema {
  /// The schema of a whole definition.
  ///
  /// - Parameters:
  ///   - rules: whose schema.
  ///   - extraContextVariables: names allowed in `context` besides LAVA's own, the server's `EXTRA_CONTEXT_VARIABLES`.
  static func job(_ rules: SubmissionRules, extraContextVariables: Set<String>) -> Schema {
    let isNew = rules == .lava2026_10
    let choices: [Schema.Field] = [
      .optional("device", .text(min: 1, max: nil)), .optional("worker", .text(min: 1, max: nil)),
    ]
    return .mapping(
      [
        .optional("device_type", .text(min: 1, max: nil)),
        .required("job_name", .text(min: 1, max: 200)),
        .optional("priority", .any([.literal("high"), .literal("medium"), .literal("low"), .int])),
        .optional("protocols", .mapping(isNew ? newProtocols : protocols)),
        .optional("context", context(rules.contextVariables.union(extraContextVariables))),
        .optional("metadata", .mapping([.keys(.stringOrInt, isNew ? .anything : .any([.string, .int]))])),
        .optional("secrets", .dict),
        .optional("environment", .dict),
        .optional("tags", .sequence([.string])),
        .required("visibility", visibility),
        .required("timeouts", timeouts),
        .required("actions", actions(rules)),
        .optional("notify", notify),
        .optional("reboot_to_fastboot", .bool),
      ] + (isNew ? choices : []))
  }

  /// One duration: at most one unit, of any size.
  static let timeout = Schema.mapping([
    .exclusive("days", "timeout_unit", .int),
    .exclusive("hours", "timeout_unit", .int),
    .exclusive("minutes", "timeout_unit", .int),
    .exclusive("seconds", "timeout_unit", .int),
    .optional("skip", .bool),
  ])

  private static let timeouts = Schema.mapping([
    .required("job", timeout),
    .optional("action", timeout),
    .optional("connection", timeout),
    .optional("queue", timeout),
    .optional("actions", .mapping([.keys(.actionName, timeout)])),
    .optional("connections", .mapping([.keys(.actionName, timeout)])),
  ])

  private static let visibility = Schema.any([
    .literal("public"), .literal("personal"), .mapping([.optional("group", .sequence([.string]))]),
  ])

  private static let newProtocols: [Schema.Field] = [
    .optional(
      "lava-multinode",
      .mapping([
        .optional("timeout", timeout), .optional("roles", .dict), .optional("pool_pattern", .text(min: 1, max: 200)),
      ])),
    .optional("lava-xnbd", .dict),
  ]

  private static let protocols: [Schema.Field] = [
    .optional("lava-multinode", .mapping([.optional("timeout", timeout), .optional("roles", .dict)])),
    .optional(
      "lava-vland",
      .mapping([.keys(.string, .mapping([.keys(.vlanName, .mapping([.optional("tags", .sequence([.string]))]))]))])),
    .optional("lava-lxc", .dict),
    .optional("lava-xnbd", .dict),
  ]

  private static func context(_ variables: Set<String>) -> Schema {
    .mapping([.keys(.member(variables), .any([.int, .string, .sequence([.int, .string])]))])
  }
}
