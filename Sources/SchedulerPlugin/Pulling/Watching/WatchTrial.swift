public import BuildEvents
import Foundation
import PostgresClient

/// One look at a place where builds are published, without keeping anything: for people who write a source's file.
public struct WatchTrial: Sendable {
  /// A build that was found.
  public struct Build: Hashable, Sendable {
    /// Its path below what is watched.
    public let key: String
    /// Its address.
    public let url: String
    /// The paths of its files below it.
    public let files: [String]
    /// What the adapters read.
    public let message: JSONValue
  }

  /// What was found, the oldest first.
  public let builds: [Build]
  /// What could not be read; nil when all could.
  public let trouble: String?

  /// Looks once, at 200 pages at most.
  ///
  /// - Parameters:
  ///   - url: the place; it may be asked whatever the policy says.
  ///   - kind: `listing`, `index` or `link`.
  ///   - builds: patterns of the folders that are builds, with slashes between them.
  ///   - files: patterns of the files that a build must have, such as `images/*.gz`.
  /// - Throws: `EventRefusal` for what is no URL, no kind or no pattern.
  public static func look(
    at url: String, kind: String, builds: String, files: [String], policy: OutboundPolicy
  ) async throws -> WatchTrial {
    _ = try OutboundURL(url)
    guard let kind = WatchSettings.Kind(rawValue: kind) else {
      throw EventRefusal(.unknown, field: "kind", "'\(kind)' is nothing to watch", mend: "use listing, index or link")
    }
    func patterns(_ text: String, _ field: String) throws(EventRefusal) -> [GlobPattern] {
      let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
      guard parts.count <= 6, !parts.contains("") else {
        throw EventRefusal(.invalid, field: field, "'\(text)' is no path of patterns", mend: "write for example '*/*'")
      }
      return parts.map(GlobPattern.init)
    }
    var settings = WatchSettings(url: kind == .listing && !url.hasSuffix("/") ? url + "/" : url, kind: kind)
    settings.since = .always
    settings.builds = try patterns(builds, "builds")
    if !files.isEmpty {
      settings.files = []
      for pattern in files { settings.files.append(try patterns(pattern, "files")) }
    }
    return try await look(settings, OutboundTransport(policy: policy, naming: url))
  }

  private static func look(_ settings: WatchSettings, _ transport: OutboundTransport) async throws -> WatchTrial {
    var watch = PublishedWatch(settings, seen: [], isFirst: true, patience: Backoff())
    var builds: [Build] = []
    while true {
      let now = PullService.systemTime()
      let action = watch.next()
      switch action {
      case .fetch(let request): watch.took(try await transport.send(request), to: request, now: now)
      case .publish(let build):
        builds.append(
          Build(
            key: build.key, url: build.url, files: build.files.map(\.name),
            message: (try? JSONValue.parse(build.message)) ?? .null))
        watch.did(action)
      case .note, .wait: return WatchTrial(builds: builds, trouble: watch.trouble)
      }
    }
  }

  /// For machines. Keys are only ever added.
  public var json: JSONValue {
    var members: [String: JSONValue] = ["builds": .array(builds.map(\.message))]
    members["trouble"] = trouble.map(JSONValue.string)
    return .object(members)
  }
}
