/// How a source is fetched, where its producer sends nothing by itself.
enum FetchSettings: Hashable, Sendable {
  /// KernelCI's API.
  case pull(PullSettings)
  /// A place where builds are published.
  case watch(WatchSettings)

  /// What the cursor and the list of builds in the database are of.
  var place: String {
    switch self {
    case .pull(let settings): settings.place
    case .watch(let settings): settings.place
    }
  }

  /// Its address.
  var url: String {
    switch self {
    case .pull(let settings): settings.api
    case .watch(let settings): settings.url
    }
  }
}

/// Whose API is followed: `pull:` of a source.
struct PullSettings: Hashable, Sendable {
  /// The API's address with its version, such as `https://api.example.org/latest`; without a slash at the end.
  var api: String
  /// The file with the API's token; read whenever it is needed.
  var tokenFile: String
  /// The name of the durable subscription, one for each lab.
  var subscriber: String
  /// From when on builds count when the source is read for the first time.
  var since: BeginningOfTime
  /// How long one `listen` may take; the API sends something every 45 s.
  var patience: Duration = .seconds(120)

  /// Of what the cursor in the database is.
  var place: String { "\(api) \(subscriber)" }
}

/// From when on builds count when a source is read for the first time.
enum BeginningOfTime: Hashable, Sendable {
  /// From that moment.
  case now
  /// Everything there is.
  case always
  /// From a moment on.
  case instant(UTCInstant)

  /// Whether what is of a time counts; what tells no time is as old as can be.
  func includes(_ time: UTCInstant?, now: UTCInstant) -> Bool {
    switch self {
    case .always: true
    case .now: time.map { $0 > now } ?? false
    case .instant(let begin): time.map { $0 >= begin } ?? false
    }
  }
}

/// A place where builds are published: `watch:` of a source.
struct WatchSettings: Hashable, Sendable {
  enum Kind: String, CaseIterable, Hashable, Sendable {
    /// A folder as web servers list it.
    case listing
    /// A list of URLs, as lines or as JSON.
    case index
    /// A link that moves from build to build.
    case link
  }

  /// Where; a folder ends in a slash.
  var url: String
  var kind: Kind = .listing
  /// How long between two looks, before chance spreads it.
  var every: Duration = .seconds(300)
  /// What is a build: a pattern for each folder on the way to it.
  var builds: [GlobPattern] = [GlobPattern("*")]
  /// Files a build must have before it counts, below its folder, a pattern for each part of the path.
  var files: [[GlobPattern]] = [[GlobPattern("*")]]
  var since = BeginningOfTime.now

  /// What the list of builds already seen is of.
  var place: String { "\(kind.rawValue) \(url) \(builds.map(\.text).joined(separator: "/"))" }
}
