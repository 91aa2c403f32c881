internal import CLibPQ

/// What is needed to ask the server to cancel whatever a connection is doing (libpq chapter 34.7).
///
/// `@unchecked Sendable` holds because the pointer is set once, a `PGcancel` is never changed by libpq after
/// `PQgetCancel`, `PQcancel` is documented as thread-safe, and `PQfreeCancel` runs only when no reference is left.
final class CancelRequest: @unchecked Sendable {
  private let handle: OpaquePointer?

  init(connection: OpaquePointer) {
    handle = PQgetCancel(connection)
  }

  deinit {
    PQfreeCancel(handle)
  }

  /// Sends the request on a connection of its own and waits until the server has taken it. Blocks.
  func send() {
    var text = [CChar](repeating: 0, count: 256)
    // A failure is nothing to act on: the caller asks again, and cuts the connection in the end.
    _ = PQcancel(handle, &text, Int32(text.count))
  }
}
