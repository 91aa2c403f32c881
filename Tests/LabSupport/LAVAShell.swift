import Foundation

/// LAVA's own management commands in a mount namespace of their own, on any database of the lab's server.
public enum LAVAShell {
  /// The words that run a command.
  ///
  /// - Parameters:
  ///   - settings: LAVA's settings, base64 of a JSON object.
  ///   - root: LAVA's folder.
  ///   - folder: what LAVA sees as `/lab`; its devices are in `devices`.
  public static func words(
    _ arguments: [String], settings: String, root: String, folder: TemporaryFolder
  ) throws -> [String] {
    for name in ["devices", "device-types", "health-checks", "dispatcher.d", "media", "log"] {
      try FileManager.default.createDirectory(
        atPath: folder.path + "/" + name, withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o777])
    }
    // LAVA's role has other numbers there than here.
    try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder.path)
    return [
      "/usr/bin/unshare", "--mount", "/bin/bash", "-c",
      """
      mount --bind "$1" "$2/lab" && mount -t proc proc "$2/proc" && root=$2 && shift 2
      exec chroot --userspec=lavaserver:lavaserver "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin \
        LANG=C.UTF-8 HOME=/tmp PYTHONDONTWRITEBYTECODE=1 LAVA_JSON_SETTINGS="$1" lava-server manage "${@:2}"
      """,
      "manage", folder.path, root, settings,
    ] + arguments
  }

  /// The settings of the lab's LAVA with another database of the same server.
  ///
  /// - Parameter more: a JSON object of settings that go before the lab's.
  public static func settings(database: String, more: String = "{}") throws -> String {
    let text = try Lab.current.get()["BOARDCAST_LAB_JSON_SETTINGS"]
    guard let bytes = Data(base64Encoded: text),
      var settings = try JSONSerialization.jsonObject(with: bytes) as? [String: Any],
      var databases = settings["DATABASES"] as? [String: [String: Any]]
    else { throw LabMissing("the lab's settings of LAVA cannot be read") }
    databases["default"]?["NAME"] = database
    settings["DATABASES"] = databases
    if let own = try JSONSerialization.jsonObject(with: Data(more.utf8)) as? [String: Any] {
      settings.merge(own) { _, new in new }
    }
    // The lab's publisher and scheduler know nothing of that database.
    settings["EVENT_NOTIFICATION"] = false
    return try JSONSerialization.data(withJSONObject: settings).base64EncodedString()
  }
}
