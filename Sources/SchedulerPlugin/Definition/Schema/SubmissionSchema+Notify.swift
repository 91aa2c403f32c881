extension SubmissionSchema {
  /// Who is told what about the job.
  static let notify = Schema.mapping(
    [
      .required("criteria", criteria),
      .optional("recipients", recipients),
      .exclusive("callback", "legacy_callback", callback),
      .exclusive("callbacks", "legacy_callback", .sequence([callback])),
      .optional("verbosity", .oneOf("verbose", "quiet", "status-only")),
      .optional("compare", compare),
    ], extra: true)

  private static let criteria = Schema.mapping(
    [
      .required("status", .oneOf("running", "complete", "incomplete", "canceled", "finished", "all")),
      .optional("dependency_query", .string),
      .optional("type", .oneOf("progression", "regression")),
    ], extra: true)

  private static let recipients = Schema.sequence([
    .mapping([
      .required(
        "to",
        .mapping([
          .required("method", .oneOf("email", "irc")),
          .optional("user", .string),
          .optional("email", .string),
          .optional("server", .string),
          .optional("handle", .string),
        ]))
    ])
  ])

  private static let callback = Schema.mapping(
    [
      .required("url", .string),
      .optional("method", .oneOf("GET", "POST")),
      .optional("token", .string),
      .optional("dataset", .oneOf("minimal", "logs", "results", "all")),
      .optional("content-type", .oneOf("json", "urlencoded")),
    ], extra: true)

  private static let compare = Schema.mapping(
    [
      .optional(
        "query",
        .any([
          .mapping([.required("username", .string), .required("name", .string)]),
          .mapping([.required("entity", .string), .optional("conditions", .dict)]),
        ])),
      .optional("blacklist", .sequence([.string])),
    ], extra: true)
}
