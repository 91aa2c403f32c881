import Foundation

/// The folder where LAVA looks for device dictionaries (`DEVICES_PATH`, lava_server/files.py).
public struct DictionaryFolder: Sendable {
  /// Debian's folder.
  public static let standard = "/etc/lava-server/dispatcher-config/devices"

  /// The folder's path.
  public let path: String

  /// A folder; nothing is looked at yet.
  public init(path: String) { self.path = path }

  /// A dictionary that is there.
  public struct Found: Hashable, Sendable {
    /// SHA-256 of the file in hex.
    public let digest: String
    /// Its text; nil when it is not UTF-8, which LAVA cannot read either.
    public let dictionary: DictionaryText?
    /// Whether the file is a symbolic link: then somebody keeps it elsewhere.
    public let isLink: Bool

    /// A dictionary as found.
    public init(digest: String, dictionary: DictionaryText?, isLink: Bool = false) {
      self.digest = digest
      self.dictionary = dictionary
      self.isLink = isLink
    }
  }

  /// The folder or a file in it cannot be used.
  public struct Trouble: Error, Hashable, Sendable, CustomStringConvertible {
    /// One line: what, where, how to mend it.
    public let description: String
  }

  /// The file of a board; nil for a name that would lead out of the folder.
  public func file(of hostname: String) -> String? {
    hostname.isEmpty || hostname.contains("/") || hostname.contains("\0") ? nil : "\(path)/\(hostname).jinja2"
  }

  /// Reads a board's dictionary; nil when there is none. Throws `Trouble` for one that cannot be read.
  public func read(_ hostname: String) throws -> Found? {
    guard let file = file(of: hostname) else { return nil }
    var info = stat()
    guard lstat(file, &info) == 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw Trouble(description: "\(file): \(Self.words(errno))")
    }
    let isLink = info.st_mode & S_IFMT == S_IFLNK
    guard let data = FileManager.default.contents(atPath: file) else {
      if isLink { return Found(digest: "", dictionary: nil, isLink: true) }
      throw Trouble(description: "\(file): cannot be read; run this as root or as LAVA's user")
    }
    return Found(
      digest: Digest.of(Array(data)), dictionary: String(data: data, encoding: .utf8).map(DictionaryText.init),
      isLink: isLink)
  }

  /// Puts a dictionary in its place: written beside it, synced and renamed, so that LAVA reads the old or the new one.
  ///
  /// A new file gets the folder's owner and mode 0644, as LAVA's own `File.write` leaves it; one that is replaced keeps
  /// its owner and mode. Throws `Trouble`.
  public func write(_ dictionary: DictionaryText, of hostname: String) throws {
    guard let file = file(of: hostname) else { throw Trouble(description: "'\(hostname)' is no file name") }
    var folder = stat()
    guard stat(path, &folder) == 0 else {
      throw Trouble(description: "\(path): \(Self.words(errno)); name LAVA's devices folder with --dictionaries")
    }
    var old = stat()
    let isReplaced = lstat(file, &old) == 0
    if isReplaced, old.st_mode & S_IFMT != S_IFREG {
      throw Trouble(description: "\(file) is no plain file; somebody keeps it elsewhere: write it there")
    }
    let draft = "\(path)/.\(hostname.prefix(100)).boardcast-\(UUID().uuidString.prefix(8))"
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw Trouble(description: "\(path) cannot be written to: \(Self.words(errno))") }
    defer { unlink(draft) }
    do {
      defer { close(descriptor) }
      let (owner, group) = isReplaced ? (old.st_uid, old.st_gid) : (folder.st_uid, folder.st_gid)
      let (me, mine) = (geteuid(), getegid())
      if (owner, group) != (me, mine), fchown(descriptor, owner, group) != 0 {
        throw Trouble(
          description: "\(file) cannot be given to its owner (uid \(owner)); run this as root or as LAVA's user")
      }
      let mode = isReplaced ? old.st_mode & 0o7777 : 0o644
      guard fchmod(descriptor, mode) == 0, Self.writeAll(Array(dictionary.text.utf8), descriptor),
        fsync(descriptor) == 0
      else { throw Trouble(description: "\(path) cannot be written to: \(Self.words(errno))") }
    }
    guard rename(draft, file) == 0 else {
      throw Trouble(description: "\(file) cannot be replaced: \(Self.words(errno))")
    }
    // The rename is on disk when its folder is.
    let handle = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if handle >= 0 {
      fsync(handle)
      close(handle)
    }
  }

  private static func writeAll(_ bytes: [UInt8], _ descriptor: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  private static func words(_ code: Int32) -> String { String(cString: strerror(code)).lowercased() }
}
