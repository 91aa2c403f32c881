internal import BoardInventory
import Foundation

/// How the device dictionaries that LAVA renders are asked for.
public struct DictionarySettings: Hashable, Sendable {
  /// LAVA's address; nil asks nothing.
  public var lavaURL: String?
  /// Whose permission to use; nil asks as nobody, who sees what everybody may see.
  public var token: LAVAToken?
  /// Where LAVA keeps the dictionaries; when it can be read here, a file's time says that it must be asked for again.
  public var folder = "/etc/lava-server/dispatcher-config/devices"
  /// After how many hours a dictionary is asked for again although nothing says it changed, 1 to 720: templates and
  /// LAVA itself change too.
  public var hours = 24
  /// The most requests a second, 1 to 50. Rendering one costs LAVA some tens of
  /// milliseconds; only two are asked for at a time, however many a second are allowed.
  public var perSecond = 5

  /// Nothing is asked.
  public init() {}

  /// The keys of `config.yaml` that say it.
  static let keys = [
    "lava_url", "lava_token_file", "lava_dictionaries", "dictionary_refresh_hours", "dictionary_requests_per_second",
  ]

  /// Reads them; `BOARDCAST_LAVA_TOKEN` wins over the token's file.
  ///
  /// Throws `FileMistake` for a number out of range, or a token file that cannot be read.
  init(_ yaml: FileMapping, environment: [String: String]) throws(FileMistake) {
    lavaURL = try yaml.string("lava_url")
    folder = try yaml.string("lava_dictionaries") ?? folder
    hours = try Self.number(yaml, "dictionary_refresh_hours", 1...720) ?? hours
    perSecond = try Self.number(yaml, "dictionary_requests_per_second", 1...50) ?? perSecond
    token = environment["BOARDCAST_LAVA_TOKEN"].flatMap { LAVAToken($0) }
    if token == nil, let file = try yaml.string("lava_token_file") { token = try LAVAToken(file: file) }
  }

  private static func number(
    _ yaml: FileMapping, _ key: String, _ range: ClosedRange<Int>
  ) throws(FileMistake) -> Int? {
    guard let number = try yaml.integer(key) else { return nil }
    guard range ~= number else {
      throw yaml.mistake(
        key, "\(number) is out of range", mend: "use \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }
}
