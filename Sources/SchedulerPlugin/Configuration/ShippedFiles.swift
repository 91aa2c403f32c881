import Foundation

/// Where the files that come with Boardcast are: `migrations/`, `devices/`, `rules/` and `templates/`.
public enum ShippedFiles {
  /// The folder that holds them: `$BOARDCAST_SHARE`, else the nearest folder above the program that has a
  /// `migrations` folder (a checkout), else `/usr/share/boardcast`.
  public static func locate(program: String, environment: [String: String]) -> String {
    if let named = environment["BOARDCAST_SHARE"], !named.isEmpty { return named }
    var folder = URL(fileURLWithPath: program).resolvingSymlinksInPath().deletingLastPathComponent()
    while folder.path != "/" {
      let migrations = folder.appendingPathComponent("migrations/0001_events_and_assignments.sql").path
      if FileManager.default.fileExists(atPath: migrations) { return folder.path }
      folder.deleteLastPathComponent()
    }
    return "/usr/share/boardcast"
  }
}
