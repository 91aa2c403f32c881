/// One file of a build, as a board fetches it.
public struct Image: Sendable, Hashable {
  /// Where it is: http or https, with a host, without credentials, ASCII only.
  public internal(set) var url: String
  /// The file's SHA-256 in lower-case hexadecimal, if the producer told.
  public internal(set) var sha256: String?
  /// LAVA's word for how it is compressed: gz, xz, bz2, zstd or zip. Nil also where a compressed file is to be used as
  /// it is, so it is never guessed from the suffix.
  public internal(set) var compression: String?
  /// LAVA's word for what it is packed in: tar.
  public internal(set) var archive: String?
  /// HTTP headers to fetch it with. Their values are secrets: they belong in a job and in no log.
  public internal(set) var headers: [String: String] = [:]
  /// What else the producer said of it, such as `sha512sum` or `format`.
  public internal(set) var extra: [String: JSONValue] = [:]
}

extension Image: CustomStringConvertible, CustomDebugStringConvertible {
  /// The URL and the names of the headers, never their values.
  public var description: String {
    headers.isEmpty ? url : "\(url) (headers \(headers.keys.sorted().joined(separator: ", ")))"
  }

  /// The same as ``description``: a debugger's print ends up in logs, too.
  public var debugDescription: String { description }
}
