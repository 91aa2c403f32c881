internal import Glibc
internal import Synchronization

/// Lets another thread cut a connection that does not answer, without ever touching a descriptor that was closed and
/// given to somebody else.
final class SocketSwitch: Sendable {
  private let descriptor: Mutex<Int32?>

  init(_ descriptor: Int32) {
    self.descriptor = Mutex(descriptor)
  }

  /// Ends all traffic on the socket: whoever waits for it sees the end of the stream.
  func cut() {
    descriptor.withLock { descriptor in
      if let descriptor { _ = shutdown(descriptor, Int32(SHUT_RDWR)) }
    }
  }

  /// Must be called before the socket is closed.
  func forget() {
    descriptor.withLock { $0 = nil }
  }

  /// True if the server has said something, or hung up, while nobody was asking.
  func hasUnexpectedInput() -> Bool {
    descriptor.withLock { descriptor in
      guard let descriptor else { return true }
      var state = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      return poll(&state, 1, 0) > 0
    }
  }
}
