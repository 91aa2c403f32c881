import BuildEvents
import Foundation

/// What a web server shows of a folder: the entries that stand directly in it. Pure; reads what Apache, nginx, lighttpd
/// and Python's http.server write, and any page with links to what is in the folder.
struct DirectoryListing: Hashable, Sendable {
  /// A file or a folder.
  struct Entry: Hashable, Sendable {
    /// Its name, decoded, without a slash.
    let name: String
    let isFolder: Bool
    /// Its address; a folder's ends in a slash.
    let url: String
    /// When it was changed, where the page tells; web servers write their own zone and do not name it, so it is taken for
    /// UTC.
    let modified: UTCInstant?
  }

  /// In the order of the page.
  private(set) var entries: [Entry] = []

  /// More entries than that are no folder of builds.
  static let most = 20_000

  /// Why a page is no listing.
  struct Unreadable: Error, Hashable { let why: String }

  /// Reads the page of a folder.
  ///
  /// - Parameters:
  ///   - url: the page's address, after redirects.
  init(html bytes: [UInt8], at url: String) throws(Unreadable) {
    guard let text = String(validating: bytes, as: UTF8.self) ?? String(bytes: bytes, encoding: .isoLatin1) else {
      throw Unreadable(why: "it is no text")
    }
    let base = String(url.prefix { $0 != "?" && $0 != "#" })
    guard base.hasSuffix("/"), let folder = URL(string: base) else { throw Unreadable(why: "its address is no folder") }
    var places: [String: Int] = [:]
    for link in HTMLLinks.all(in: text) {
      guard let entry = Self.entry(link, in: folder, base) else { continue }
      if let place = places[entry.url] {
        // Apache links the icon too; the time stands after the last one.
        if entries[place].modified == nil { entries[place] = entry }
        continue
      }
      guard entries.count < Self.most else { throw Unreadable(why: "it has more than \(Self.most) entries") }
      places[entry.url] = entries.count
      entries.append(entry)
    }
    if entries.isEmpty, !Self.isListing(text) {
      throw Unreadable(why: "it is no listing of a folder and links to nothing in it")
    }
  }

  /// An empty folder still says what it is.
  private static func isListing(_ text: String) -> Bool {
    let head = text.prefix(4096).lowercased()
    return head.contains("index of") || head.contains("directory listing")
  }

  private static func entry(_ link: HTMLLinks.Link, in folder: URL, _ base: String) -> Entry? {
    guard let url = URL(string: link.target, relativeTo: folder)?.absoluteURL, url.query == nil, url.fragment == nil
    else { return nil }
    let text = url.absoluteString
    guard text.hasPrefix(base), (try? OutboundURL(text)) != nil else { return nil }
    let rest = text.dropFirst(base.count)
    let isFolder = rest.hasSuffix("/")
    let part = isFolder ? rest.dropLast() : rest
    guard !part.isEmpty, !part.contains("/"), let name = String(part).removingPercentEncoding,
      ![".", ".."].contains(name), !name.contains("/"),
      !name.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F })
    else { return nil }
    return Entry(name: name, isFolder: isFolder, url: text, modified: link.time)
  }
}

/// The links of a page, and the time that stands after each.
enum HTMLLinks {
  struct Link: Hashable {
    /// What `href` says, its entities undone.
    let target: String
    let time: UTCInstant?
  }

  static func all(in text: String) -> [Link] {
    var links: [(target: String, after: String)] = []
    var rest = text[...]
    while let tag = rest.firstIndex(of: "<") {
      let before = rest[..<tag]
      if !links.isEmpty, links[links.count - 1].after.utf8.count < 200 {
        links[links.count - 1].after += before.prefix(200) + " "
      }
      guard let end = rest[tag...].firstIndex(of: ">") else { break }
      let inner = rest[rest.index(after: tag)..<end]
      if inner.count > 2, inner.first == "a" || inner.first == "A", inner.dropFirst().first?.isWhitespace == true,
        let target = href(inner.dropFirst())
      {
        links.append((target, ""))
      }
      rest = rest[rest.index(after: end)...]
    }
    if !links.isEmpty { links[links.count - 1].after += rest.prefix(200) }
    return links.map { Link(target: $0.target, time: time(in: $0.after)) }
  }

  private static func href(_ attributes: Substring) -> String? {
    guard let range = attributes.range(of: "href", options: .caseInsensitive) else { return nil }
    var rest = attributes[range.upperBound...].drop { $0.isWhitespace }
    guard rest.first == "=" else { return nil }
    rest = rest.dropFirst().drop { $0.isWhitespace }
    guard let quote = rest.first else { return nil }
    let value =
      quote == "\"" || quote == "'" ? rest.dropFirst().prefix { $0 != quote } : rest.prefix { !$0.isWhitespace }
    return value.utf8.count <= 4096 ? decoded(String(value)) : nil
  }

  private static func decoded(_ text: String) -> String {
    guard text.contains("&") else { return text }
    var text = text
    let named = [
      ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&#x27;", "'"), ("&apos;", "'"), ("&amp;", "&"),
    ]
    for (entity, character) in named { text = text.replacing(entity, with: character) }
    return text
  }

  /// `2011-02-08 09:30`, also with seconds, or nginx's `08-Feb-2011 09:30`.
  private static func time(in text: String) -> UTCInstant? {
    let words = text.split { $0.isWhitespace }.map(String.init)
    for (index, word) in words.enumerated() {
      let clock = index + 1 < words.count ? words[index + 1] : ""
      if let time = UTCInstant("\(word) \(clock)") ?? UTCInstant(httpDate: "\(word) \(clock)") { return time }
    }
    return nil
  }
}
