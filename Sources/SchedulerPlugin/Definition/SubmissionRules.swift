/// Which LAVA's submission rules a definition is checked against.
///
/// Releases between the two have rules between theirs; the older ones refuse more keys, so they are the safe choice for
/// a server before `device` and `worker` (2026.07).
public enum SubmissionRules: Sendable, Hashable, CaseIterable {
  /// `lava_scheduler_app/schema.py` of 2023.01, which Debian 12 ships.
  case lava2023_01
  /// The same of 2026.10: with `device`, `worker`, any metadata value, service tests and `expected` lists, without the
  /// protocols lava-lxc and lava-vland.
  case lava2026_10
}

extension SubmissionRules {
  /// `lava_common/schemas/__init__.py:CONTEXT_VARIABLES`.
  var contextVariables: Set<String> {
    switch self {
    case .lava2023_01: Self.oldContextVariables
    case .lava2026_10: Self.oldContextVariables.union(["no_network", "deploy_character_delay"])
    }
  }

  private static let oldContextVariables: Set<String> = [
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
