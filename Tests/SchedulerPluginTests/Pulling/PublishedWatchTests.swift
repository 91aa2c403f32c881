import BuildEvents
import PostgresClient
import Testing

@testable import SchedulerPlugin

/// Protects labs from builds that are missed, seen twice, or all at once, and web servers from being asked too much: a site
/// in memory, no network, no clock.
@Suite("Watching what is published") struct PublishedWatchTests {
  /// Folders by their address, each with what stands in it.
  private struct Site {
    var folders: [String: [String]] = [:]
    var redirects: [String: String] = [:]
    var statuses: [String: (Int, [String: String])] = [:]
    var versions: [String: String] = [:]
    var asked: [PullRequest] = []

    mutating func answer(_ request: PullRequest) -> PullAnswer {
      asked.append(request)
      let url = redirects[request.url] ?? request.url
      if let (status, headers) = statuses[url] { return .answer(status: status, headers: headers, body: [], url: url) }
      guard let entries = folders[url] else { return .answer(status: 404, headers: [:], body: [], url: url) }
      if let version = versions[url], request.headers["If-None-Match"] == version {
        return .answer(status: 304, headers: [:], body: [], url: url)
      }
      // "NAME TIME" or "NAME".
      let lines = entries.map { entry -> String in
        let parts = entry.split(separator: " ", maxSplits: 1).map(String.init)
        return "<a href=\"\(parts[0])\">\(parts[0])</a> \(parts.count > 1 ? parts[1] : "")"
      }
      let page = "<html><title>Index of /</title>\n\(lines.joined(separator: "\n"))</html>"
      return .answer(
        status: 200, headers: versions[url].map { ["etag": $0] } ?? [:], body: Array(page.utf8), url: url)
    }
  }

  private static let root = "http://h.example/d/"
  private static let calm = Backoff(initial: .seconds(300), cap: .seconds(3600), random: { 0.5 })
  private let now = UTCInstant(milliseconds: 1_297_209_600_000)

  private static func settings(
    _ builds: String = "*", files: [String] = ["*"], since: BeginningOfTime = .now
  ) -> WatchSettings {
    func patterns(_ text: String) -> [GlobPattern] { text.split(separator: "/").map { GlobPattern(String($0)) } }
    return WatchSettings(url: root, builds: patterns(builds), files: files.map(patterns), since: since)
  }

  private func watch(_ settings: WatchSettings, seen: Set<String> = [], isFirst: Bool = true) -> PublishedWatch {
    PublishedWatch(settings, seen: seen, isFirst: isFirst, patience: Self.calm)
  }

  /// One round; the builds it found, what it noted, and how long it waits.
  private func round(
    _ watch: inout PublishedWatch, _ site: inout Site
  ) -> (builds: [PublishedBuild], noted: [String], pause: Duration) {
    var builds: [PublishedBuild] = []
    var noted: [String] = []
    for _ in 0..<5000 {
      let action = watch.next()
      switch action {
      case .fetch(let request): watch.took(site.answer(request), to: request, now: now)
      case .publish(let build):
        builds.append(build)
        watch.did(action)
      case .note(let keys, _):
        noted += keys
        watch.did(action)
      case .wait(let pause): return (builds, noted, pause)
      }
    }
    Issue.record("the round does not end")
    return (builds, noted, .zero)
  }

  @Test("The first look notes what is there; each new build comes once, the oldest first, also over a restart")
  func once() {
    var site = Site()
    site.folders = [
      Self.root: ["../", "9/", "10/", "latest/"], Self.root + "9/": ["a.img"], Self.root + "10/": ["a.img"],
    ]
    var watch = self.watch(Self.settings())
    let first = round(&watch, &site)
    #expect(first.builds.isEmpty && first.noted.sorted() == ["10", "9"] && first.pause == .seconds(300))
    #expect(site.asked.count == 1)
    for (name, files) in ["12/": ["a.img"], "11/": ["a.img", "b.dtb"]] {
      site.folders[Self.root]?.append(name)
      site.folders[Self.root + name] = files
    }
    let second = round(&watch, &site)
    #expect(second.builds.map(\.key) == ["11", "12"])
    #expect(second.builds.first?.files.map(\.url) == [Self.root + "11/a.img", Self.root + "11/b.dtb"])
    #expect(round(&watch, &site).builds.isEmpty)
    var again = self.watch(Self.settings(), seen: ["9", "10", "11", "12"], isFirst: false)
    #expect(round(&again, &site).builds.isEmpty)
  }

  @Test("What 'since' says counts at the first look: a day by the page's times or by names, or all")
  func since() {
    var site = Site()
    site.folders[Self.root] = ["a.img 2011-02-07 23:59", "b.img 2011-02-08 00:01", "c.img 08-Feb-2011 10:00"]
    var dated = self.watch(Self.settings(since: .instant(UTCInstant("2011-02-08") ?? now)))
    #expect(round(&dated, &site).builds.map(\.key) == ["b.img", "c.img"])
    site.folders[Self.root] = ["i-20110207.img", "i-20110209.img", "i-20110208.img", "i.img"]
    var named = self.watch(Self.settings(since: .instant(UTCInstant("2011-02-08") ?? now)))
    #expect(round(&named, &site).builds.map(\.key) == ["i-20110208.img", "i-20110209.img"])
    var all = self.watch(Self.settings(since: .always))
    #expect(round(&all, &site).builds.count == 4)
    var none = self.watch(Self.settings())
    #expect(round(&none, &site).noted.count == 4)
  }

  @Test("Date and serial: folders on the way are looked into while they are new; files below the build are found")
  func offspring() {
    var site = Site()
    var dates: [String] = []
    func add(_ date: String, _ serial: String, _ files: [String]) {
      if !dates.contains(date) { dates.append(date) }
      site.folders[Self.root] = dates.map { $0 + "/" }
      site.folders["\(Self.root)\(date)/", default: []].append("\(serial)/")
      site.folders["\(Self.root)\(date)/\(serial)/"] = ["images/"]
      site.folders["\(Self.root)\(date)/\(serial)/images/"] = ["tar/", "MD5SUMS"]
      site.folders["\(Self.root)\(date)/\(serial)/images/tar/"] = files
    }
    for day in 1...9 { add("2011020\(day)", "0", ["nano.tar.gz", "nano.tar.gz.asc"]) }
    var watch = self.watch(Self.settings("*/*", files: ["images/tar/*.tar.gz"]))
    let first = round(&watch, &site)
    #expect(first.builds.isEmpty && site.asked.count == 1 + PublishedWatch.newest)
    add("20110209", "1", ["nano.tar.gz"])
    add("20110210", "0", [])
    let second = round(&watch, &site)
    #expect(second.builds.map(\.key) == ["20110209/1"])
    #expect(second.builds.first?.files.map(\.name) == ["images/tar/nano.tar.gz"])
    // The files come later than their folder.
    site.folders["\(Self.root)20110210/0/images/tar/"] = ["nano.tar.gz"]
    #expect(round(&watch, &site).builds.map(\.key) == ["20110210/0"])
    // A folder that is no longer new is looked into once more, and then no more.
    for day in 11...14 { add("201102\(day)", "0", ["nano.tar.gz"]) }
    #expect(round(&watch, &site).builds.map(\.key) == (11...14).map { "201102\($0)/0" })
    site.asked = []
    #expect(round(&watch, &site).builds.isEmpty)
    #expect(site.asked.count <= 1 + PublishedWatch.newest, "\(site.asked.map(\.url))")
  }

  @Test("A page that did not change is not read again; what is asked carries its version")
  func conditional() {
    var site = Site()
    site.folders[Self.root] = ["1/"]
    site.versions[Self.root] = "\"v1\""
    var watch = self.watch(Self.settings())
    _ = round(&watch, &site)
    #expect(site.asked.last?.headers["If-None-Match"] == nil)
    _ = round(&watch, &site)
    #expect(site.asked.last?.headers["If-None-Match"] == "\"v1\"")
    site.folders[Self.root] = ["1/", "2/"]
    site.folders[Self.root + "2/"] = ["x"]
    site.versions[Self.root] = "\"v2\""
    #expect(round(&watch, &site).builds.map(\.key) == ["2"])
  }

  @Test("A server in trouble is left alone longer and longer, and as long as it says; then nothing was lost")
  func trouble() {
    var site = Site()
    site.folders[Self.root] = ["1/"]
    var watch = self.watch(Self.settings())
    _ = round(&watch, &site)
    site.statuses[Self.root] = (500, [:])
    let pauses = (0..<6).map { _ in round(&watch, &site).pause }
    #expect(pauses == pauses.sorted() && pauses[0] == .seconds(225) && pauses[5] == .seconds(2700), "\(pauses)")
    #expect(watch.trouble?.contains("HTTP 500") == true)
    site.statuses[Self.root] = (429, ["retry-after": "7200"])
    #expect(round(&watch, &site).pause == .seconds(7200))
    site.statuses[Self.root] = (503, ["retry-after": "Wed, 09 Feb 2011 02:00:00 GMT"])
    #expect(round(&watch, &site).pause == .seconds(7200))
    site.statuses = [:]
    site.folders[Self.root] = ["1/", "2/"]
    site.folders[Self.root + "2/"] = ["x"]
    site.statuses[Self.root + "2/"] = (500, [:])
    #expect(round(&watch, &site).builds.isEmpty && watch.trouble != nil)
    site.statuses = [:]
    #expect(round(&watch, &site).builds.map(\.key) == ["2"] && watch.trouble == nil)
  }

  @Test("A folder that can never be read does not make every later build an old one")
  func blocked() {
    var site = Site()
    site.folders = [Self.root: ["a/", "b/"], Self.root + "a/": ["1/"], Self.root + "a/1/": ["x"]]
    site.statuses[Self.root + "b/"] = (403, [:])
    var watch = self.watch(Self.settings("*/*"))
    #expect(round(&watch, &site).noted == ["a/1"] && watch.trouble?.contains("HTTP 403") == true)
    site.folders[Self.root + "a/"] = ["1/", "2/"]
    site.folders[Self.root + "a/2/"] = ["x"]
    #expect(round(&watch, &site).builds.map(\.key) == ["a/2"])
  }

  @Test("A login page in place of the listing changes nothing")
  func login() {
    var site = Site()
    site.folders[Self.root] = ["1/"]
    var watch = self.watch(Self.settings())
    _ = round(&watch, &site)
    site.redirects[Self.root] = "http://h.example/login"
    site.folders["http://h.example/login"] = []
    #expect(round(&watch, &site).builds.isEmpty && watch.trouble?.contains("no folder") == true)
    site.redirects = [:]
    #expect(round(&watch, &site).builds.isEmpty && watch.trouble == nil)
  }

  @Test("A link that moves is no build; where it is all there is, the build it leads to is one, once")
  func links() {
    var site = Site()
    site.folders = [
      Self.root: ["latest/", "lastSuccessful/"], "http://h.example/builds/41/": ["a.img"],
      "http://h.example/builds/42/": ["a.img"],
    ]
    for name in ["latest/", "lastSuccessful/"] { site.redirects[Self.root + name] = "http://h.example/builds/41/" }
    var watch = self.watch(Self.settings(), isFirst: false)
    let found = round(&watch, &site)
    #expect(found.builds.map(\.url) == ["http://h.example/builds/41/"] && found.builds.first?.key == "41")
    #expect(round(&watch, &site).builds.isEmpty)
    site.redirects[Self.root + "latest/"] = "http://h.example/builds/42/"
    #expect(round(&watch, &site).builds.map(\.key) == ["42"])

    var settings = Self.settings()
    (settings.kind, settings.url) = (.link, Self.root + "latest/")
    var link = self.watch(settings, isFirst: false)
    #expect(round(&link, &site).builds.map(\.key) == ["42"])
    #expect(round(&link, &site).builds.isEmpty)
    site.redirects[Self.root + "latest/"] = nil
    site.folders[Self.root + "latest/"] = ["a.img"]
    #expect(round(&link, &site).builds.isEmpty && link.trouble?.contains("does not redirect") == true)
  }

  @Test("Thousands of builds are taken in bounded rounds, all of them, each once")
  func many() {
    var site = Site()
    site.folders[Self.root] = (0..<1000).map { "b\($0)/" }
    for number in 0..<1000 { site.folders["\(Self.root)b\(number)/"] = ["a.img"] }
    var watch = self.watch(Self.settings(since: .always))
    var all: [String] = []
    for _ in 0..<7 {
      site.asked = []
      let found = round(&watch, &site)
      all += found.builds.map(\.key)
      #expect(site.asked.count <= PublishedWatch.pages)
    }
    #expect(all.count == 1000 && Set(all).count == 1000, "\(all.count)")
  }
}
