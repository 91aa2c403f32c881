import Foundation

extension PublishedWatch {
  /// The page that a piece of work needs next; nil when it needs none.
  func request(for work: Work) -> PullRequest? {
    let url: String
    switch work {
    case .level(let level): url = level.url
    case .link(let link, _): url = link
    case .build(let build):
      guard let folder = build.folders.last else { return nil }
      url = folder.url
    }
    var request = PullRequest(url: url)
    if let cached = cache[url] {
      request.headers["If-None-Match"] = cached.etag
      request.headers["If-Modified-Since"] = cached.lastModified
    }
    return request
  }

  /// What a server answered.
  mutating func took(_ answer: PullAnswer, to request: PullRequest, now: UTCInstant) {
    fetched += 1
    guard let work = works.popLast() else { return }
    let page: Cached
    do throws(DirectoryListing.Unreadable) {
      page = try self.page(answer, request, work)
    } catch {
      if case .build(let build) = work { unfinished.insert(build.level ?? "") }
      if case .level(let level) = work, let key = level.key { unfinished.insert(key) }
      fail("\(request.url): \(error.why)", rest: answer.wantsRest(now: now))
      return
    }
    switch work {
    case .level(let level): look(at: page, level, now)
    case .build(let build): look(at: page, build)
    case .link(let link, let level): resolve(link, page, level, now)
    }
  }

  private mutating func page(
    _ answer: PullAnswer, _ request: PullRequest, _ work: Work
  ) throws(DirectoryListing.Unreadable) -> Cached {
    guard case .answer(let status, let headers, let body, let url) = answer else {
      if case .unanswered(let why) = answer { throw DirectoryListing.Unreadable(why: why) }
      throw DirectoryListing.Unreadable(why: "no answer")
    }
    if status == 304, let cached = cache[request.url] { return cached }
    guard status == 200 else { throw DirectoryListing.Unreadable(why: "HTTP \(status)") }
    var page = Cached(etag: headers["etag"], lastModified: headers["last-modified"], entries: [], url: url)
    switch work {
    case .level where settings.kind == .index: page.entries = try PublishedIndex.entries(body, at: url)
    case .level, .build: page.entries = try DirectoryListing(html: body, at: url).entries
    // Only where it leads counts.
    case .link: return page
    }
    if page.etag != nil || page.lastModified != nil { cache[request.url] = page }
    return page
  }

  /// A level's entries: builds, or folders on the way to them.
  private mutating func look(at page: Cached, _ level: Level, _ now: UTCInstant) {
    let depth = min(level.path.count, settings.builds.count - 1)
    let isLast = level.path.count >= settings.builds.count - 1
    let fitting = page.entries.filter { settings.builds[depth].fits($0.name) && (isLast || $0.isFolder) }
    let dated = fitting.filter { !$0.isMoving }
    if level.path.isEmpty {
      isPlaceRead = true
      let names = Set(page.entries.map(\.name))
      gone = seen.filter { key in !names.contains(key.split(separator: "/").first.map(String.init) ?? key) }.sorted()
    }
    if let key = level.key { visited.insert(key) }
    if isLast {
      for (place, entry) in newestFirst(dated).enumerated() {
        take(entry, level, isRecent: place < Self.arriving, now)
      }
      if dated.isEmpty { works += fitting.map { .link($0.url, level) } }
      return
    }
    for (place, entry) in newestFirst(dated).enumerated() {
      let key = (level.path + [entry.name]).joined(separator: "/") + "/"
      let isNewest = place < Self.newest
      if !isNewest {
        if seen.contains(key) { continue }
        if isFirst, !settings.since.includes(entry.time(below: level.path), now: now) {
          noted.insert(key)
          continue
        }
      }
      works.append(.level(Level(url: entry.url, path: level.path + [entry.name], key: isNewest ? nil : key)))
    }
  }

  private mutating func take(
    _ entry: DirectoryListing.Entry, _ level: Level, isRecent: Bool, _ now: UTCInstant
  ) {
    let key = (level.path + [entry.name]).joined(separator: "/")
    guard !seen.contains(key), met.insert(key).inserted else { return }
    let modified = entry.time(below: level.path)
    if isFirst, !settings.since.includes(modified, now: now) {
      noted.insert(key)
      return
    }
    guard entry.isFolder else {
      ready.append(
        PublishedBuild(
          key: key, url: entry.url, files: [.init(name: entry.name, url: entry.url)], modified: entry.modified))
      return
    }
    let wanted = settings.files.indices.map { Candidate.Wanted(pattern: $0, depth: 0) }
    works.append(
      .build(
        Candidate(
          key: key, url: entry.url, modified: entry.modified, level: level.key, isRecent: isRecent,
          folders: [.init(url: entry.url, path: "", wanted: wanted)])))
  }

  /// One folder of a build.
  private mutating func look(at page: Cached, _ build: Candidate) {
    var build = build
    guard let folder = build.folders.popLast() else { return }
    for entry in page.entries {
      var deeper: [Candidate.Wanted] = []
      for wanted in folder.wanted {
        let pattern = settings.files[wanted.pattern]
        guard pattern[wanted.depth].fits(entry.name) else { continue }
        if wanted.depth + 1 < pattern.count {
          if entry.isFolder { deeper.append(.init(pattern: wanted.pattern, depth: wanted.depth + 1)) }
        } else if !entry.isFolder {
          build.found.insert(wanted.pattern)
          let file = PublishedBuild.File(name: folder.path + entry.name, url: entry.url)
          if !build.files.contains(file), build.files.count < 1000 { build.files.append(file) }
        }
      }
      if !deeper.isEmpty, !entry.isMoving, build.folders.count < 50 {
        build.folders.append(.init(url: entry.url, path: folder.path + entry.name + "/", wanted: deeper))
      }
    }
    works.append(.build(build))
  }

  /// A build whose folders were looked into, or that comes another time: it counts when every pattern found a file.
  mutating func finish(_ build: Candidate) {
    guard build.folders.isEmpty, build.found.count == settings.files.count else {
      if build.folders.isEmpty, !build.isRecent {
        noted.insert(build.key)
      } else {
        unfinished.insert(build.level ?? "")
      }
      return
    }
    ready.append(
      PublishedBuild(
        key: build.key, url: build.url, files: build.files.sorted { NaturalOrder.isBefore($0.name, $1.name) },
        modified: build.modified))
  }

  /// Where a moving link leads is a build; the link itself is none.
  private mutating func resolve(_ link: String, _ page: Cached, _ level: Level, _ now: UTCInstant) {
    isPlaceRead = true
    func bare(_ url: String) -> Substring { url.hasSuffix("/") ? url.dropLast() : url[...] }
    let name = bare(page.url).split(separator: "/").last.map(String.init)?.removingPercentEncoding
    // As the client writes it: lower-case host, no usual port.
    let asked = (try? OutboundURL(link))?.description ?? link
    guard bare(page.url) != bare(asked), let name else {
      fail("\(link) is one build after another and does not redirect to which; watch the folder they lie in")
      return
    }
    let target = DirectoryListing.Entry(
      name: name, isFolder: page.url.hasSuffix("/"), url: page.url, modified: nil)
    guard !target.isMoving else {
      fail("\(link) leads to another link that moves")
      return
    }
    take(target, level, isRecent: true, now)
  }

  private func newestFirst(_ entries: [DirectoryListing.Entry]) -> [DirectoryListing.Entry] {
    Self.newestFirst(entries, time: \.modified, name: \.name)
  }

  /// A page that tells no times, or not of all, is read by its names.
  static func newestFirst<Item>(
    _ items: [Item], time: (Item) -> UTCInstant?, name: (Item) -> String
  ) -> [Item] {
    let hasTimes = items.allSatisfy { time($0) != nil }
    return items.sorted { left, right in
      if hasTimes, let a = time(left), let b = time(right), a != b { return a > b }
      return NaturalOrder.isBefore(name(right), name(left))
    }
  }
}
