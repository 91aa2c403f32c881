import Dispatch
import Foundation

/// Where a host's name leads: asked by ourselves, so that the address that was checked is the one connected to.
struct AddressResolver: Sendable {
  /// The addresses of a name in the order in which to try them; empty when the name is not known. Blocks.
  let addresses: @Sendable (String) -> [IPAddress]

  /// The system's own resolver, with `/etc/hosts`.
  static let system = AddressResolver { host in
    var hints = addrinfo()
    hints.ai_family = AF_UNSPEC
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_flags = AI_ADDRCONFIG
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
    defer { freeaddrinfo(list) }
    var found: [IPAddress] = []
    var next = list
    while let entry = next?.pointee {
      next = entry.ai_next
      guard let address = entry.ai_addr.flatMap(Self.address), !found.contains(address) else { continue }
      found.append(address)
    }
    return found
  }

  /// Resolves on a thread that may block; a cancelled task does not wait for it.
  func resolve(_ host: String) async throws -> [IPAddress] {
    let (stream, continuation) = AsyncStream.makeStream(of: [IPAddress].self)
    Self.threads.async { [addresses] in
      continuation.yield(addresses(host))
      continuation.finish()
    }
    for await found in stream { return found }
    throw CancellationError()
  }

  private static let threads = DispatchQueue(label: "boardcast.names", attributes: .concurrent)

  private static func address(_ raw: UnsafeMutablePointer<sockaddr>) -> IPAddress? {
    switch Int32(raw.pointee.sa_family) {
    case AF_INET:
      return raw.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { four in
        withUnsafeBytes(of: four.pointee.sin_addr) { IPAddress(bytes: Array($0)) }
      }
    case AF_INET6:
      return raw.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { six in
        withUnsafeBytes(of: six.pointee.sin6_addr) { IPAddress(bytes: Array($0)) }
      }
    default: return nil
    }
  }
}
