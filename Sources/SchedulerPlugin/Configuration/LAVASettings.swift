public import BoardInventory
import Foundation
internal import PostgresClient

/// LAVA's own settings, read in LAVA's order, where the last wins (lava_server/settings/prod.py).
public struct LAVASettings: Sendable {
  private let folder: String

  /// - Parameter folder: LAVA's settings folder.
  public init(folder: String = "/etc/lava-server") { self.folder = folder }

  /// LAVA's database as libpq parameters, and where it was found; nil when no settings name one.
  ///
  /// Throws `FileMistake` for a settings file that LAVA could not read either.
  public func database(environment: [String: String]) throws(FileMistake) -> (
    parameters: [String: String], source: String
  )? {
    var found = try Self.databaseURL(environment) ?? instanceConf()
    for (mapping, file) in try files() {
      if let parameters = try Self.parameters(mapping) { found = (parameters, file) }
    }
    if let text = environment["LAVA_YAML_SETTINGS_DATABASES"] {
      let mapping = try YAMLFile.mapping(text: text, file: "LAVA_YAML_SETTINGS_DATABASES")
      if let parameters = try Self.parameters(databases: mapping) {
        found = (parameters, "LAVA_YAML_SETTINGS_DATABASES")
      }
    }
    if let mapping = try Self.json(environment), let parameters = try Self.parameters(mapping) {
      found = (parameters, "LAVA_JSON_SETTINGS")
    }
    return found
  }

  /// Where LAVA looks for device dictionaries and templates (`DEVICES_PATH`, `DEVICE_TYPES_PATHS`); nil for what no
  /// settings name.
  ///
  /// Throws `FileMistake` for a settings file that LAVA could not read either.
  public func deviceFolders(
    environment: [String: String]
  ) throws(FileMistake) -> (dictionaries: String?, templates: [String]?) {
    var found: (dictionaries: String?, templates: [String]?) = (nil, nil)
    var mappings = try files().map(\.mapping)
    if let mapping = try Self.json(environment) { mappings.append(mapping) }
    for mapping in mappings {
      if let path = try mapping.string("DEVICES_PATH") { found.dictionaries = path }
      if let paths = try mapping.strings("DEVICE_TYPES_PATHS") { found.templates = paths }
    }
    return found
  }

  func files() throws(FileMistake) -> [(mapping: FileMapping, file: String)] {
    var found: [(mapping: FileMapping, file: String)] = []
    for file in paths where FileManager.default.isReadableFile(atPath: file) {
      found.append((try YAMLFile.mapping(at: file), file))
    }
    return found
  }

  /// The YAML files that may say something, in LAVA's order, also those that are not there.
  public var paths: [String] {
    // LAVA's pattern is *.yaml; a .yml file there is not read.
    let parts = YAMLFile.files(in: folder + "/settings.d").filter { $0.hasSuffix(".yaml") }
    return ["settings.conf", "settings.yaml"].map { folder + "/" + $0 } + parts
  }

  static func json(_ environment: [String: String]) throws(FileMistake) -> FileMapping? {
    guard let text = environment["LAVA_JSON_SETTINGS"] else { return nil }
    // JSON is YAML, so one reader serves both.
    guard let data = Data(base64Encoded: text), let json = String(data: data, encoding: .utf8) else {
      throw FileMistake(file: "LAVA_JSON_SETTINGS", message: "not base64 of a JSON object")
    }
    return try YAMLFile.mapping(text: json, file: "LAVA_JSON_SETTINGS")
  }

  private static func parameters(_ settings: FileMapping) throws(FileMistake) -> [String: String]? {
    guard let databases = try settings.mapping("DATABASES") else { return nil }
    return try parameters(databases: databases)
  }

  private static func parameters(databases: FileMapping) throws(FileMistake) -> [String: String]? {
    guard let database = try databases.mapping("default") else { return nil }
    var parameters: [String: String] = [:]
    for (key, keyword) in [
      ("NAME", "dbname"), ("USER", "user"), ("PASSWORD", "password"), ("HOST", "host"), ("PORT", "port"),
    ] {
      if let value = try database.string(key), !value.isEmpty { parameters[keyword] = value }
    }
    return parameters
  }

  /// `DATABASE_URL` stands in the place of instance.conf and is overridden by the YAML files, as LAVA does it.
  private static func databaseURL(
    _ environment: [String: String]
  ) throws(FileMistake) -> (parameters: [String: String], source: String)? {
    guard let url = environment["DATABASE_URL"], !url.isEmpty else { return nil }
    do {
      return (try PostgresConfiguration(connectionString: url).parameters, "DATABASE_URL")
    } catch {
      throw FileMistake(file: "DATABASE_URL", message: "\(error)", mend: "write postgresql://USER:PASSWORD@HOST/NAME")
    }
  }

  /// The old shell-style file, which the YAML files override (lava_server/settings/config_file.py).
  private func instanceConf() -> (parameters: [String: String], source: String)? {
    let path = folder + "/instance.conf"
    guard let text = try? YAMLFile.text(at: path) else { return nil }
    var parameters = ["host": "127.0.0.1", "port": "5432"]
    let keywords = [
      "LAVA_DB_NAME": "dbname", "LAVA_DB_USER": "user", "LAVA_DB_PASSWORD": "password", "LAVA_DB_SERVER": "host",
      "LAVA_DB_PORT": "port",
    ]
    for line in text.split(separator: "\n") {
      guard let match = line.firstMatch(of: /^([_a-zA-Z][_a-zA-Z0-9]*)=['"]([^']*)['"]\s*(?:#.*)?$/) else { continue }
      if let keyword = keywords[String(match.output.1)] { parameters[keyword] = String(match.output.2) }
    }
    return parameters["dbname"].map { _ in (parameters, path) }
  }
}
