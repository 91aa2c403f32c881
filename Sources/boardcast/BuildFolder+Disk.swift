import BuildEvents
import Crypto
import Foundation

extension BuildFolder {
  /// A folder on disk.
  init(at path: String) throws {
    let manager = FileManager.default
    guard let names = try? manager.contentsOfDirectory(atPath: path) else {
      throw CommandRefusal("\(path): the folder cannot be read")
    }
    var files: [File] = []
    for name in names {
      let whole = URL(fileURLWithPath: path).appendingPathComponent(name)
      let real = whole.resolvingSymlinksInPath()
      var isFolder: ObjCBool = false
      guard manager.fileExists(atPath: real.path, isDirectory: &isFolder), !isFolder.boolValue else { continue }
      files.append(File(name: name, published: real.lastPathComponent))
    }
    self.init(
      files: files,
      read: { name in
        let url = URL(fileURLWithPath: path).appendingPathComponent(name)
        return (try? Data(contentsOf: url)).map { [UInt8]($0) }
      },
      sha256: { name in Self.digest(path + "/" + name) })
  }

  /// Read in pieces: images are larger than memory should be.
  private static func digest(_ path: String) -> String? {
    guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
    defer { try? handle.close() }
    var hash = SHA256()
    while let piece = try? handle.read(upToCount: 1 << 20), !piece.isEmpty { hash.update(data: piece) }
    return hash.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
