import BoardInventory
import BuildEvents
import Foundation

extension FetchSettings {
  /// Reads `pull` or `watch` of a source, of which the latter may be a list.
  static func all(
    _ yaml: FileMapping, producer: String, name: String, folder: String
  ) throws(FileMistake) -> [FetchSettings] {
    let pull = try yaml.mapping("pull")
    let watches: [FileMapping]?
    if yaml.holdsMapping("watch"), let single = try yaml.mapping("watch") {
      watches = [single]
    } else {
      watches = try yaml.mappings("watch")
    }
    switch (pull, watches) {
    case (nil, nil): return []
    case (let pull?, nil):
      guard producer == "kernelci" else {
        throw yaml.mistake("pull", "'pull' is for the producer kernelci", mend: "use 'watch' for published files")
      }
      return [.pull(try PullSettings(pull, name: name, folder: folder))]
    case (nil, let watches?):
      let watched = ["offspring", "published"]
      guard watched.contains(producer) else {
        throw yaml.mistake(
          "watch", "'watch' is for the producers \(watched.joined(separator: " and "))",
          mend: "write 'producer: published' and map its files")
      }
      var all: [FetchSettings] = []
      for watch in watches {
        let one = FetchSettings.watch(try WatchSettings(watch))
        guard !all.contains(where: { $0.place == one.place }) else {
          throw watch.mistake("url", "the same place is watched twice", mend: "keep one of them")
        }
        all.append(one)
      }
      return all
    case (.some, .some): throw yaml.mistake("watch", "'watch' stands beside 'pull'", mend: "keep one of them")
    }
  }
}

extension PullSettings {
  fileprivate init(_ yaml: FileMapping, name: String, folder: String) throws(FileMistake) {
    try yaml.refuseKeys(otherThan: ["api", "token_file", "subscriber", "since"])
    let api = try yaml.webAddress("api")
    self.api = api.hasSuffix("/") ? String(api.dropLast()) : api
    let written = try yaml.requiredString("token_file", mend: "name the file that holds the API's token")
    tokenFile = written.hasPrefix("/") ? written : folder + "/" + written
    subscriber = try yaml.string("subscriber") ?? "boardcast-\(name)"
    since = try yaml.beginning("since")
    guard (1...100).contains(subscriber.utf8.count), PercentCoding.encoded(subscriber) == subscriber else {
      throw yaml.mistake("subscriber", "'\(subscriber)' is no name", mend: "use letters, digits, '-' and '_'")
    }
    guard token != nil else {
      throw yaml.mistake(
        "token_file", "\(tokenFile) is not there, cannot be read or holds no token",
        mend: "write the API's token into it, readable for boardcast alone")
    }
  }

  /// The API's token; nil when the file cannot be read or holds none.
  var token: String? {
    guard let text = try? String(contentsOfFile: tokenFile, encoding: .utf8) else { return nil }
    let token = text.trimmingCharacters(in: .whitespacesAndNewlines)
    return !token.isEmpty && token.utf8.allSatisfy { (0x21...0x7E).contains($0) } ? token : nil
  }
}

extension WatchSettings {
  fileprivate init(_ yaml: FileMapping) throws(FileMistake) {
    try yaml.refuseKeys(otherThan: ["url", "kind", "every", "builds", "files", "since"])
    let url = try yaml.webAddress("url")
    guard !url.contains("#"), !url.contains("?") || yaml.keys.contains("kind") else {
      throw yaml.mistake("url", "a folder's URL has no query", mend: "write it without '?'")
    }
    self.init(url: url)
    if let word = try yaml.string("kind") {
      guard let kind = Kind(rawValue: word) else {
        throw yaml.mistake(
          "kind", "'\(word)' is nothing to watch",
          mend: "use one of \(Kind.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      self.kind = kind
    }
    if kind == .listing, !self.url.hasSuffix("/") { self.url += "/" }
    every = try yaml.pause("every") ?? every
    if let pattern = try yaml.string("builds") { builds = try yaml.segments("builds", pattern) }
    if let patterns = try yaml.strings("files") {
      files = []
      for pattern in patterns { files.append(try yaml.segments("files", pattern)) }
    }
    since = try yaml.beginning("since")
  }
}

extension FileMapping {
  fileprivate func webAddress(_ key: String) throws(FileMistake) -> String {
    let text = try requiredString(key, mend: "write for example 'https://host/path'")
    do throws(EventRefusal) {
      _ = try OutboundURL(text, field: key)
      return text
    } catch {
      throw mistake(key, error.message, mend: error.mend)
    }
  }

  /// `30s`, `5m`, `2h`, `1d`; 30 seconds to 7 days.
  fileprivate func pause(_ key: String) throws(FileMistake) -> Duration? {
    guard let text = try string(key) else { return nil }
    let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
    guard let unit = text.last.flatMap({ units[$0] }), let number = Int(text.dropLast()), 1...604_800 ~= number,
      30...604_800 ~= number * unit
    else { throw mistake(key, "'\(text)' is no time between looks", mend: "write 30s to 7d, for example 5m") }
    return .seconds(number * unit)
  }

  /// `now`, `all`, or a day or moment.
  fileprivate func beginning(_ key: String) throws(FileMistake) -> BeginningOfTime {
    switch try string(key) {
    case nil, "now": return .now
    case "all": return .always
    case let text?:
      guard let instant = UTCInstant(text) else {
        throw mistake(key, "'\(text)' is no day", mend: "write now, all, or for example 2026-01-31")
      }
      return .instant(instant)
    }
  }

  /// The parts of a path of patterns, six at most.
  fileprivate func segments(_ key: String, _ pattern: String) throws(FileMistake) -> [GlobPattern] {
    let parts = pattern.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count <= 6, !parts.contains(where: { ["", ".", ".."].contains($0) }) else {
      throw mistake(
        key, "'\(pattern)' is no path of patterns",
        mend: "write for example '*/*' or 'images/*.tar.gz', 6 parts at most"
      )
    }
    return parts.map(GlobPattern.init)
  }
}
