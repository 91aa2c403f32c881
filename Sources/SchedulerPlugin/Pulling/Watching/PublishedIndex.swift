import BuildEvents
import Foundation

/// A list of what is published: lines with a URL each, or JSON: URLs, or objects with `url`, `name` and `mtime`, alone or
/// under `files` (as `api/ls` of snapshots.linaro.org gives them).
enum PublishedIndex {
  /// The entries it names, read relative to where it stands.
  static func entries(
    _ bytes: [UInt8], at url: String
  ) throws(DirectoryListing.Unreadable) -> [DirectoryListing.Entry] {
    guard let base = URL(string: url) else { throw DirectoryListing.Unreadable(why: "its address is no URL") }
    var entries: [DirectoryListing.Entry] = []
    for (target, name, time) in try items(bytes) {
      guard let address = URL(string: target, relativeTo: base)?.absoluteString, (try? OutboundURL(address)) != nil
      else { throw DirectoryListing.Unreadable(why: "'\(MappedMessage.shown(target))' in it is no URL") }
      let path = address.prefix { $0 != "?" && $0 != "#" }
      let last = path.split(separator: "/").last.map(String.init)?.removingPercentEncoding
      guard let name = name ?? last, !name.contains("/"), !name.isEmpty else { continue }
      guard entries.count < DirectoryListing.most else {
        throw DirectoryListing.Unreadable(why: "it has more than \(DirectoryListing.most) entries")
      }
      entries.append(.init(name: name, isFolder: path.hasSuffix("/"), url: address, modified: time))
    }
    return entries
  }

  private static func items(
    _ bytes: [UInt8]
  ) throws(DirectoryListing.Unreadable) -> [(target: String, name: String?, time: UTCInstant?)] {
    let limits = Limits(bytes: 4 << 20, depth: 8, members: 1 << 18)
    if let document = try? JSONValue.parse(bytes, limits: limits) {
      guard let elements = (document["files"] ?? document).arrayValue else {
        throw DirectoryListing.Unreadable(why: "its JSON is no list and has no list 'files'")
      }
      return elements.compactMap { element in
        if let url = element.stringValue { return (url, nil, nil) }
        let time = (element["mtime"] ?? element["modified"])?.stringValue
        return element["url"]?.stringValue.map { url in
          (url, element["name"]?.stringValue, time.flatMap { UTCInstant($0) ?? UTCInstant(httpDate: $0) })
        }
      }
    }
    guard let text = String(validating: bytes, as: UTF8.self), !text.hasPrefix("<"), !text.contains("\0") else {
      throw DirectoryListing.Unreadable(why: "it is neither JSON nor lines of text")
    }
    return text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
      .filter { !$0.isEmpty && !$0.hasPrefix("#") }.map { ($0, nil, nil) }
  }
}
