import PostgresClient

/// Looks again and again at a place where builds are published, and says each new build once. Pure: whoever holds it
/// fetches, keeps and waits.
///
/// One page at a time; what a server says of a page's version is sent back to it, so that a page that did not change costs
/// nothing. Of folders that lie on the way to builds the newest three are looked into every time, the others once.
struct PublishedWatch: Sendable {
  enum Action: Hashable, Sendable {
    case fetch(PullRequest)
    case publish(PublishedBuild)
    /// A round is over: remember these as seen; of those that are gone the oldest may be forgotten.
    case note([String], gone: [String])
    case wait(Duration)
  }

  /// The most pages of one round; what is left comes in the next.
  static let pages = 200
  /// How many of the newest folders on the way are looked into every time.
  static let newest = 3
  /// How many of the newest builds of a folder may still be on their way; of older ones nothing more is expected.
  static let arriving = 20
  /// So many builds are remembered even when the place shows them no more.
  static let remembered = 10_000

  let settings: WatchSettings
  let patience: Backoff
  /// Why it does not get on; nil while it does.
  private(set) var trouble: String?

  /// What is yet to be looked at in this round.
  enum Work: Hashable, Sendable {
    case level(Level)
    case build(Candidate)
    /// A moving link, and the level it stands in.
    case link(String, Level)
  }

  /// A folder whose entries are builds, or on the way to builds.
  struct Level: Hashable, Sendable {
    var url: String
    var path: [String]
    /// Under which it is noted when it need not be looked into again.
    var key: String?
  }

  /// A build whose files are looked for.
  struct Candidate: Hashable, Sendable {
    var key: String
    var url: String
    var modified: UTCInstant?
    /// The key of the level it stands in, which is looked into again until the build is whole.
    var level: String?
    /// Whether it is so new that missing files may still come.
    var isRecent: Bool
    var files: [PublishedBuild.File] = []
    /// Which of the patterns found a file.
    var found: Set<Int> = []
    /// Folders of it that are yet to be listed, with what is looked for in each: the pattern's number, and how many of
    /// its parts are behind.
    var folders: [Folder]

    struct Folder: Hashable, Sendable {
      var url: String
      var path: String
      var wanted: [Wanted]
    }

    struct Wanted: Hashable, Sendable {
      var pattern: Int
      var depth: Int
    }
  }

  var seen: Set<String>
  var isFirst: Bool
  var works: [Work] = []
  var ready: [PublishedBuild] = []
  var isReadySorted = false
  /// Whether the place itself could be read in this round.
  var isPlaceRead = false
  var noted: Set<String> = []
  var visited: Set<String> = []
  /// Builds that were met in this round; two links may lead to one.
  var met: Set<String> = []
  var unfinished: Set<String> = []
  var gone: [String] = []
  /// Pages as they were, with what their servers call their versions.
  var cache: [String: Cached] = [:]
  var fetched = 0
  private var failures = 0
  private var isBusy = false
  private var pause: Duration?
  /// How long a server wants to be left alone.
  private var rest: Duration?

  struct Cached: Sendable {
    var etag: String?
    var lastModified: String?
    var entries: [DirectoryListing.Entry]
    var url: String
  }

  /// - Parameters:
  ///   - seen: what was noted before.
  ///   - isFirst: whether the place was never looked at to the end: then what is older than `since` is only noted.
  init(_ settings: WatchSettings, seen: Set<String>, isFirst: Bool, patience: Backoff) {
    self.settings = settings
    self.seen = seen
    self.isFirst = isFirst
    self.patience = patience
  }

  /// What to do now.
  mutating func next() -> Action {
    if let pause {
      self.pause = nil
      return .wait(pause)
    }
    if !isBusy { begin() }
    while let work = works.last {
      if fetched < Self.pages, let request = request(for: work) { return .fetch(request) }
      // Enough for this round, or a build without a folder to look into.
      works.removeLast()
      if case .build(let build) = work { finish(build) }
    }
    // The oldest first, so that newer ones can supersede them.
    if !isReadySorted {
      ready = Array(Self.newestFirst(ready, time: \.modified, name: \.key).reversed())
      isReadySorted = true
    }
    if let build = ready.first { return .publish(build) }
    return .note(
      noted.sorted() + visited.filter { !unfinished.contains($0) }.sorted(),
      gone: seen.count > Self.remembered ? gone : [])
  }

  /// What was to be kept is kept.
  mutating func did(_ action: Action) {
    switch action {
    case .publish(let build):
      seen.insert(build.key)
      ready.removeFirst()
    case .note(let keys, _):
      seen.formUnion(keys)
      if endsFirstLook { isFirst = false }
      end()
    case .fetch, .wait: break
    }
  }

  /// Whether the round ends the first look. A folder within the place that cannot be read must not keep it from ending:
  /// what came meanwhile would be taken for old.
  var endsFirstLook: Bool { isFirst && isPlaceRead && rest == nil && fetched < Self.pages }

  private mutating func begin() {
    (ready, noted, visited, met, unfinished, gone, fetched, trouble) = ([], [], [], [], [], [], 0, nil)
    (isBusy, isPlaceRead, isReadySorted, rest) = (true, false, false, nil)
    let root = Level(url: settings.url, path: [], key: nil)
    works = [settings.kind == .link ? .link(settings.url, root) : .level(root)]
  }

  private mutating func end() {
    isBusy = false
    if trouble != nil {
      failures += 1
      pause = max(patience.pause(afterFailures: failures), rest ?? .zero)
    } else {
      failures = 0
      // Labs that began at the same minute do not come back at the same second.
      let spread = settings.every * (0.9 + 0.2 * patience.random())
      pause = fetched >= Self.pages ? .seconds(30) : spread
    }
    if cache.count > 2 * Self.pages { cache = [:] }
  }

  /// A page gave nothing; the round goes on without it, unless it is the place itself or the server wants rest.
  mutating func fail(_ why: String, rest: Duration? = nil) {
    trouble = trouble ?? why
    guard fetched <= 1 || rest != nil else { return }
    for case .build(let build) in works { unfinished.insert(build.level ?? "") }
    works = []
    self.rest = rest
  }
}
