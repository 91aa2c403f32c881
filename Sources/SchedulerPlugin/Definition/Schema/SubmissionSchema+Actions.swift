extension SubmissionSchema {
  /// The list of actions: an item may hold any of the four, or none.
  static func actions(_ rules: SubmissionRules) -> Schema {
    .sequence([
      .mapping([
        .optional("deploy", .any([tftpDeploy, deploy])),
        .optional("boot", boot),
        .optional("test", .any(tests(rules))),
        .optional("command", command),
      ])
    ])
  }

  private static let tftpDeploy: Schema = {
    let images = ["kernel", "ramdisk", "nbdroot", "initrd", "nfsrootfs", "dtb", "modules", "tee"]
    let image = Schema.mapping([.required("url", .string)], extra: true)
    return .mapping(
      [.required("to", .literal("tftp")), .optional("timeout", timeout)] + images.map { .optional($0, image) },
      extra: true)
  }()

  private static let deploy = Schema.mapping(
    [.required("to", .string), .optional("timeout", timeout)], extra: true)

  private static let boot = Schema.mapping(
    [
      .required("method", .string),
      .optional("timeout", timeout),
      .optional(
        "auto_login",
        .mapping([
          .required("login_prompt", .string),
          .required("username", .string),
          .optional("password_prompt", .string),
          .optional("password", .string),
          .optional("login_commands", .list),
        ])),
      .optional("parameters", .mapping([.keys(.string, .any([.string, .bool]))])),
      .optional("commands", .any([.string, .list])),
    ], extra: true)

  private static let command = Schema.mapping(
    [.required("name", .string), .optional("timeout", timeout), .optional("namespace", .string)], extra: true)
}
