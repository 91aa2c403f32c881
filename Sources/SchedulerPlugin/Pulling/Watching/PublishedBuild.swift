import BuildEvents

/// A build that was found where builds are published.
struct PublishedBuild: Hashable, Sendable {
  /// A file of it.
  struct File: Hashable, Sendable {
    /// Its path below the build's folder.
    let name: String
    let url: String
  }

  /// Its path below what is watched, such as `20110208/0`: known by it for good.
  let key: String
  let url: String
  let files: [File]
  let modified: UTCInstant?

  /// The message that stands for it: what the adapters of `watch` read.
  var message: [UInt8] {
    var members: [String: JSONValue] = [
      "build": .string(key), "url": .string(url),
      "files": .array(files.map { ["name": .string($0.name), "url": .string($0.url)] }),
    ]
    members["modified"] = modified.map { .string($0.withoutZone + "Z") }
    return JSONValue.object(members).serialized
  }
}

extension DirectoryListing.Entry {
  /// Whether the name is one that moves from build to build, and no build's own.
  var isMoving: Bool {
    let names = [
      "latest", "lastsuccessful", "lastsuccessfulbuild", "last-successful", "laststable", "laststablebuild", "current",
      "newest",
    ]
    return names.contains(name.lowercased())
  }

  /// When it was published: what the page says, else the day in its name or in those of the folders above.
  func time(below path: [String]) -> UTCInstant? {
    modified ?? ([name] + path.reversed()).lazy.compactMap(Self.day).first
  }

  /// `20110208` or `2011-02-08` within a name.
  private static func day(_ name: String) -> UTCInstant? {
    let characters = Array(name.utf8)
    for start in characters.indices {
      for length in [8, 10] where start + length <= characters.count {
        let part = String(decoding: characters[start..<(start + length)], as: UTF8.self)
        let text = length == 8 ? "\(part.prefix(4))-\(part.dropFirst(4).prefix(2))-\(part.suffix(2))" : part
        if let day = UTCInstant(text) { return day }
      }
    }
    return nil
  }
}
