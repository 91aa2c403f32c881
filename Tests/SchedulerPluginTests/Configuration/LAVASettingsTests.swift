import BoardInventory
import Foundation
import LabSupport
import PostgresClient
import Testing

@testable import SchedulerPlugin

/// Protects the choice of the database: Boardcast must write into the one LAVA reads, in LAVA's own order of settings.
@Suite("LAVA's settings and the database's place")
struct LAVASettingsTests {
  private static func yaml(_ name: String) -> String {
    "DATABASES:\n  default: {ENGINE: e, NAME: \(name), USER: u, PASSWORD: p, HOST: h, PORT: 5433}\n"
  }

  private static let sources: [(file: String, text: String)] = [
    ("instance.conf", "LAVA_DB_NAME=\"instance\"\nLAVA_DB_USER='u'\nexport X=1\n"),
    ("settings.conf", yaml("conf")), ("settings.yaml", yaml("yaml")), ("settings.d/00-database.yaml", yaml("d00")),
    ("settings.d/99-last.yaml", yaml("d99")),
  ]

  private func database(_ folder: TemporaryFolder, _ environment: [String: String] = [:]) throws -> (
    name: String?, source: String
  )? {
    try LAVASettings(folder: folder.path).database(environment: environment).map {
      ($0.parameters["dbname"], $0.source)
    }
  }

  @Test("Each source overrides those before it: instance.conf, settings.conf, settings.yaml, settings.d in order")
  func order() throws {
    let folder = try TemporaryFolder()
    #expect(try database(folder) == nil)
    for (count, source) in Self.sources.enumerated() {
      try folder.write(source.file, source.text)
      let found = try #require(try database(folder))
      #expect(found.name == ["instance", "conf", "yaml", "d00", "d99"][count])
      #expect(found.source == folder.path + "/" + source.file)
    }
    // A later file that says nothing about databases changes nothing; one that LAVA does not read neither.
    try folder.write("settings.d/zz-other.yaml", "DEBUG: false\n")
    try folder.write("settings.d/zz-old.yml", Self.yaml("yml"))
    try folder.write("settings.d/zz-old.yaml~", Self.yaml("backup"))
    #expect(try database(folder)?.name == "d99")
  }

  @Test("The environment comes last: YAML databases, then the whole settings as JSON")
  func environment() throws {
    let folder = try TemporaryFolder(Dictionary(uniqueKeysWithValues: Self.sources.map { ($0.file, $0.text) }))
    var environment = ["LAVA_YAML_SETTINGS_DATABASES": "default: {NAME: env, USER: u}"]
    #expect(try database(folder, environment)?.name == "env")
    #expect(try database(folder, environment)?.source == "LAVA_YAML_SETTINGS_DATABASES")
    let json = #"{"DATABASES": {"default": {"NAME": "json", "PORT": 5555}}, "DEBUG": false}"#
    environment["LAVA_JSON_SETTINGS"] = Data(json.utf8).base64EncodedString()
    #expect(try database(folder, environment)?.name == "json")
    environment["LAVA_JSON_SETTINGS"] = Data(#"{"DEBUG": true}"#.utf8).base64EncodedString()
    #expect(try database(folder, environment)?.name == "env")
  }

  @Test("All of Django's keys become libpq's, and instance.conf has LAVA's defaults")
  func parameters() throws {
    let folder = try TemporaryFolder(["settings.yaml": Self.yaml("n")])
    #expect(
      try LAVASettings(folder: folder.path).database(environment: [:])?.parameters
        == ["dbname": "n", "user": "u", "password": "p", "host": "h", "port": "5433"])
    let old = try TemporaryFolder([
      "instance.conf":
        "LAVA_DB_NAME=\"n\" # comment\nLAVA_DB_PASSWORD='p q'\nLAVA_DB_SERVER=unquoted\n LAVA_DB_PORT='1'\n"
    ])
    #expect(
      try LAVASettings(folder: old.path).database(environment: [:])?.parameters
        == ["dbname": "n", "password": "p q", "host": "127.0.0.1", "port": "5432"])
  }

  @Test("Settings LAVA itself could not read are a mistake, and no secret is in its text")
  func mistakes() throws {
    let folder = try TemporaryFolder(["settings.d/a.yaml": "DATABASES: {default: {PASSWORD: hunter2}\n"])
    let mistake = #expect(throws: FileMistake.self) { _ = try database(folder) }
    #expect(mistake?.file == folder.path + "/settings.d/a.yaml")
    #expect(mistake?.description.contains("hunter2") == false)
    let empty = try TemporaryFolder()
    #expect(throws: FileMistake(file: "LAVA_JSON_SETTINGS", message: "not base64 of a JSON object")) {
      _ = try database(empty, ["LAVA_JSON_SETTINGS": "{}"])
    }
    #expect(throws: FileMistake.self) { _ = try database(empty, ["LAVA_YAML_SETTINGS_DATABASES": "[1]"]) }
  }

  @Test("The database comes from the option, then the variable, then the file, then LAVA")
  func precedence() throws {
    let folder = try TemporaryFolder(["settings.yaml": Self.yaml("lava")])
    func find(_ option: String?, _ variable: String?, _ file: String?, _ lava: TemporaryFolder) throws -> [String] {
      let location = try DatabaseLocation.find(
        option: option, environment: variable.map { ["BOARDCAST_DATABASE": $0] } ?? [:],
        file: (path: "/etc/boardcast/config.yaml", database: file), lava: LAVASettings(folder: lava.path))
      return [location.configuration.parameters["dbname"] ?? "", location.source]
    }
    let (a, b, c) = ("postgresql:///a", "dbname=b", "postgresql:///c")
    #expect(try find(a, b, c, folder) == ["a", "--database"])
    #expect(try find(nil, b, c, folder) == ["b", "BOARDCAST_DATABASE"])
    #expect(try find(nil, "", c, folder) == ["c", "/etc/boardcast/config.yaml"])
    #expect(try find(nil, nil, nil, folder) == ["lava", folder.path + "/settings.yaml"])
    let nowhere = try TemporaryFolder()
    #expect(throws: DatabaseLocation.Unknown.self) { _ = try find(nil, nil, nil, nowhere) }
    let error = #expect(throws: PostgresError.self) { _ = try find("postgresql://u:hunter2@h:x:y/z", b, c, folder) }
    #expect(error.map { "\($0)".contains("hunter2") } == false)
  }

  @Test("DATABASE_URL stands in the place of instance.conf, and the YAML files override it")
  func databaseURL() throws {
    let folder = try TemporaryFolder(["instance.conf": "LAVA_DB_NAME=\"instance\"\n"])
    let environment = ["DATABASE_URL": "postgresql://u:p@db.example/url"]
    #expect(try database(folder, environment)?.source == "DATABASE_URL")
    #expect(try database(folder, environment)?.name == "url")
    try folder.write("settings.d/00-database.yaml", Self.yaml("d00"))
    #expect(try database(folder, environment)?.name == "d00")
    #expect(throws: FileMistake.self) { try database(folder, ["DATABASE_URL": "mysql://x"]) }
  }

  @Test("Dictionaries go where LAVA's settings say, the last of them winning")
  func deviceFolders() throws {
    let folder = try TemporaryFolder()
    let settings = LAVASettings(folder: folder.path)
    let none = try settings.deviceFolders(environment: [:])
    #expect(none.dictionaries == nil && none.templates == nil)
    try folder.write("settings.yaml", "DEVICES_PATH: /one\nDEVICE_TYPES_PATHS: [/t1, /t2]\n")
    try folder.write("settings.d/50-more.yaml", "DEVICES_PATH: /two\n")
    var found = try settings.deviceFolders(environment: [:])
    #expect(found.dictionaries == "/two" && found.templates == ["/t1", "/t2"])
    let json = Data(#"{"DEVICES_PATH": "/three"}"#.utf8).base64EncodedString()
    found = try settings.deviceFolders(environment: ["LAVA_JSON_SETTINGS": json])
    #expect(found.dictionaries == "/three" && found.templates == ["/t1", "/t2"])
  }
}
