public import BoardInventory
import Foundation
public import PostgresClient

/// The file with the connection string of Boardcast's own role, beside config.yaml. Root writes it, LAVA's group reads it.
public struct RoleFile: Hashable, Sendable {
  /// Where it is.
  public let path: String

  /// The file of a configuration folder; it need not be there.
  public init(folder: String) { path = folder + "/database" }

  /// Whether it is there.
  public var exists: Bool { FileManager.default.fileExists(atPath: path) }

  /// How to connect; nil when the file is not there.
  ///
  /// Throws `FileMistake` for a file that may not be read or holds no connection string.
  public func configuration() throws(FileMistake) -> PostgresConfiguration? {
    guard exists else { return nil }
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw FileMistake(
        file: path, message: "may not be read", mend: "run as root or as LAVA's user, or give --database")
    }
    do {
      return try PostgresConfiguration(connectionString: text.trimmingCharacters(in: .whitespacesAndNewlines))
    } catch {
      throw FileMistake(file: path, message: "\(error)", mend: "run 'boardcast enable', which writes it anew")
    }
  }

  /// Writes it: whole or not at all, never readable by others. LAVA's group may read it where there is one.
  func write(_ parameters: [String: String]) throws {
    let text = parameters.sorted { $0.key < $1.key }.map { key, value in
      "\(key)='\(value.replacing("\\", with: "\\\\").replacing("'", with: "\\'"))'"
    }.joined(separator: " ")
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let draft = path + ".new"
    unlink(draft)
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw CannotWrite(path: path, reason: String(cString: strerror(errno))) }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    try file.write(contentsOf: Data((text + "\n").utf8))
    if geteuid() == 0, let group = getgrnam("lavaserver") {
      _ = fchown(descriptor, 0, group.pointee.gr_gid)
      _ = fchmod(descriptor, 0o640)
    }
    try file.synchronize()
    guard rename(draft, path) == 0 else { throw CannotWrite(path: path, reason: String(cString: strerror(errno))) }
  }

  /// Removes it; whether it was there.
  func remove() -> Bool { unlink(path) == 0 }

  /// The file cannot be written.
  struct CannotWrite: Error, Hashable, CustomStringConvertible {
    let path: String
    let reason: String
    var description: String { "\(path) cannot be written: \(reason); run as root" }
  }
}
