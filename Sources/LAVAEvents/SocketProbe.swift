internal import Glibc

/// Why a ZeroMQ socket in the file system cannot be reached. libzmq itself does not tell: it goes on trying.
enum SocketProbe {
  /// One line with the mend; nil when somebody listens there, and for addresses that are no files.
  static func problem(_ address: String) -> String? {
    guard address.hasPrefix("ipc://") else { return nil }
    let path = String(address.dropFirst("ipc://".count))
    // A socket without a file (@name) has no permissions to look at.
    guard !path.hasPrefix("@"), !path.isEmpty else { return nil }
    return switch connecting(path) {
    case 0: nil
    case EACCES, EPERM:
      "\(path) may not be written by this user; run 'boardcast serve' as LAVA's user (lavaserver) or as root"
    case ENOENT: "there is no \(path); start lava-publisher"
    case ECONNREFUSED: "nobody listens on \(path); start lava-publisher"
    case let code: "\(path): \(String(cString: strerror(code)))"
    }
  }

  /// 0, or the system's error number.
  private static func connecting(_ path: String) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return ENAMETOOLONG }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return errno }
    defer { close(descriptor) }
    let result = withUnsafePointer(to: address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    return result == 0 ? 0 : errno
  }
}
