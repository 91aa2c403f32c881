/// LAVA's submission schema, `lava_scheduler_app/schema.py:_job_schema` of 2023.01.
enum SubmissionSchema {
  /// The schema of a whole definition.
  ///
  /// - Parameter contextVariables: names allowed in `context` besides LAVA's own, the server's
  ///   `EXTRA_CONTEXT_VARIABLES`.
  static func job(contextVariables: Set<String>) -> Schema {
    .mapping([
      .optional("device_type", .text(min: 1, max: nil)),
      .required("job_name", .text(min: 1, max: 200)),
      .optional("priority", .any([.literal("high"), .literal("medium"), .literal("low"), .int])),
      .optional("protocols", protocols),
      .optional("context", context(contextVariables)),
      .optional("metadata", .mapping([.keys(.stringOrInt, .any([.string, .int]))])),
      .optional("secrets", .dict),
      .optional("environment", .dict),
      .optional("tags", .sequence([.string])),
      .required("visibility", visibility),
      .required("timeouts", timeouts),
      .required("actions", actions),
      .optional("notify", notify),
      .optional("reboot_to_fastboot", .bool),
    ])
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

  private static let protocols = Schema.mapping([
    .optional("lava-multinode", .mapping([.optional("timeout", timeout), .optional("roles", .dict)])),
    .optional(
      "lava-vland",
      .mapping([.keys(.string, .mapping([.keys(.vlanName, .mapping([.optional("tags", .sequence([.string]))]))]))])),
    .optional("lava-lxc", .dict),
    .optional("lava-xnbd", .dict),
  ])

  private static func context(_ extra: Set<String>) -> Schema {
    .mapping([
      .keys(.member(contextVariables.union(extra)), .any([.int, .string, .sequence([.int, .string])]))
    ])
  }

  /// `lava_common/schemas/__init__.py:CONTEXT_VARIABLES` of 2023.01.
  static let contextVariables: Set<String> = [
    "arch", "boot_console", "boot_root", "cpu", "extra_options", "guestfs_driveid", "guestfs_interface",
    "guestfs_size", "machine", "memory", "model", "monitor", "netdevice", "no_kvm", "serial", "vga",
    "booti_dtb_addr", "booti_kernel_addr", "booti_ramdisk_addr", "bootm_dtb_addr", "bootm_kernel_addr",
    "bootm_ramdisk_addr", "bootz_dtb_addr", "bootz_kernel_addr", "bootz_ramdisk_addr",
    "boot_character_delay", "boot_retry", "bootloader_prompt", "console_device", "custom_kernel_args",
    "extra_kernel_args", "extra_nfsroot_args", "failure_retry", "kernel_loglevel", "kernel_start_message",
    "lava_test_results_dir", "menu_interrupt_prompt", "mustang_menu_list", "test_character_delay",
    "tftp_mac_address", "uboot_extra_error_message", "uboot_needs_interrupt", "uboot_altbank",
  ]
}
