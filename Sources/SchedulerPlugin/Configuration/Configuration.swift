public import BoardInventory
import Foundation

/// What `config.yaml` says; every key may be left out.
public struct Configuration: Hashable, Sendable {
  /// The file's path, whether or not it exists.
  public var path: String
  /// How to reach the database; a libpq URL or keyword string.
  public var database: String?
  /// The address the doors listen on; loopback unless told.
  public var host = "127.0.0.1"
  /// The port the doors listen on.
  public var port = 8070
  /// LAVA's address for people, for links to jobs, for example `https://lava.example.org`.
  public var lavaURL: String?
  /// On what terms jobs are submitted.
  public var terms = SubmissionTerms()
  /// Where requests of ours may go, to LAVA aside.
  public var outbound = OutboundPolicy.nothing
  /// What senders of plain records may send.
  public var senders = PlainSenders.none
  /// How the dictionaries that LAVA renders are asked for.
  public var dictionarySettings = DictionarySettings()
  /// Where the checked-in files are.
  public var folders: LabFolders
  /// LAVA's management command, for example `lava-server manage`; nil for Debian's.
  public var lavaManage: [String]?
  /// The folder of LAVA's device dictionaries; nil for the one in LAVA's settings.
  public var dictionaries: String?
  /// The folders of LAVA's device-type templates; nil for those in LAVA's settings.
  public var lavaTemplates: [String]?

  /// Whether LAVA can be asked to cancel jobs.
  public var mayCancel: Bool { dictionarySettings.lavaURL != nil && dictionarySettings.token != nil }

  /// Defaults for a configuration folder and the shipped files.
  public init(folder: String, shipped: String) {
    self.path = folder + "/config.yaml"
    self.folders = LabFolders(
      devices: [folder + "/devices", shipped + "/devices"],
      templates: [folder + "/templates", shipped + "/templates"],
      rules: [folder + "/rules", shipped + "/rules"],
      producers: [folder + "/producers", shipped + "/producers"])
  }

  /// Reads `config.yaml` of a folder; defaults where there is none.
  ///
  /// Throws `FileMistake` for an unknown key or a value out of range.
  public static func read(folder: String, shipped: String) throws(FileMistake) -> Configuration {
    var configuration = Configuration(folder: folder, shipped: shipped)
    let environment = ProcessInfo.processInfo.environment
    configuration.dictionarySettings.token = environment["BOARDCAST_LAVA_TOKEN"].flatMap { LAVAToken($0) }
    guard YAMLFile.files(in: folder).contains(configuration.path) else { return configuration }
    let yaml = try YAMLFile.mapping(at: configuration.path)
    let keys = [
      "database", "listen", "queue_window", "queue_window_per_type", "lava_manage", "lava_templates", "submitters",
      "outbound", "senders",
    ]
    try yaml.refuseKeys(otherThan: keys + DictionarySettings.keys)
    configuration.dictionarySettings = try DictionarySettings(yaml, environment: environment)
    configuration.terms.grants = try SubmitterGrants(yaml)
    configuration.outbound = try OutboundPolicy(yaml)
    configuration.senders = try PlainSenders(yaml)
    configuration.lavaManage = try yaml.strings("lava_manage").map(LAVACommand.words(of:))
    configuration.dictionaries = try yaml.string("lava_dictionaries")
    configuration.lavaTemplates = try yaml.strings("lava_templates")
    configuration.database = try yaml.string("database")
    configuration.lavaURL = try yaml.string("lava_url")
    if let listen = try yaml.string("listen") {
      guard let address = ListenAddress(listen) else {
        throw yaml.mistake("listen", "'\(listen)' is no address", mend: "write HOST:PORT, for example 127.0.0.1:8070")
      }
      configuration.host = address.host
      configuration.port = address.port
    }
    if let window = try yaml.integer("queue_window") {
      guard 1...10 ~= window else {
        throw yaml.mistake("queue_window", "\(window) is out of range", mend: "use 1 to 10")
      }
      configuration.terms.window = window
    }
    if let window = try yaml.integer("queue_window_per_type") {
      guard 1...100_000 ~= window else {
        throw yaml.mistake("queue_window_per_type", "\(window) is out of range", mend: "use 1 to 100000")
      }
      configuration.terms.typeWindow = window
    }
    return configuration
  }
}

/// A host and a port written as one word.
public struct ListenAddress: Hashable, Sendable {
  /// A name or an address; IPv6 without its brackets.
  public let host: String
  /// 0 lets the system choose.
  public let port: Int

  /// Reads `HOST:PORT`, also `[::1]:8070`; nil for anything else.
  public init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]), 0...65535 ~= port
    else { return nil }
    var host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    guard !host.isEmpty else { return nil }
    self.host = String(host)
    self.port = port
  }
}
