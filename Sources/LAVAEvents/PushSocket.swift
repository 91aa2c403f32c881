internal import CZMQ
internal import Glibc

/// A PUSH socket of libzmq, as LAVA's own. Used by one task at a time.
///
/// Unlike LAVA's it takes a message only while somebody is connected (`ZMQ_IMMEDIATE`): what were kept for a publisher
/// that is down would come late, and lava-publisher of 2023.02 and later waits for ever for the row of a job that was
/// deleted meanwhile.
final class PushSocket {
  private let context: UnsafeMutableRawPointer
  private let socket: UnsafeMutableRawPointer

  /// What became of a message.
  enum Outcome: Equatable {
    case sent
    /// Nobody is connected, or whoever is takes no more now.
    case full
    case failed(String)
  }

  /// libzmq would not make the socket or take the address.
  struct Refused: Error, CustomStringConvertible {
    let description: String
  }

  /// Messages that wait in here while the publisher is busy; as many as LAVA's (libzmq's default).
  private static let highWater: Int32 = 1_000
  /// How long `close` waits for what was taken and not yet passed on, in milliseconds.
  private static let linger: Int32 = 500
  /// The longest pause between two tries to connect, in milliseconds.
  private static let reconnecting: Int32 = 2_000

  /// Connects in the background, and again whenever the publisher was away.
  init(_ address: String) throws {
    guard let context = zmq_ctx_new() else { throw Refused(description: Self.reason()) }
    guard let socket = zmq_socket(context, ZMQ_PUSH) else {
      let reason = Self.reason()
      zmq_ctx_term(context)
      throw Refused(description: reason)
    }
    self.context = context
    self.socket = socket
    set(ZMQ_SNDHWM, Self.highWater)
    set(ZMQ_LINGER, Self.linger)
    set(ZMQ_IMMEDIATE, 1)
    set(ZMQ_RECONNECT_IVL_MAX, Self.reconnecting)
    guard zmq_connect(socket, address) == 0 else {
      throw Refused(description: "\(address): \(Self.reason())")
    }
  }

  deinit {
    zmq_close(socket)
    zmq_ctx_term(context)
  }

  /// Sends the frames as one message, whole or not at all, without waiting.
  func send(_ frames: [[UInt8]]) -> Outcome {
    for (place, frame) in frames.enumerated() {
      let more = place < frames.count - 1 ? ZMQ_SNDMORE : 0
      let count = frame.withUnsafeBytes { zmq_send(socket, $0.baseAddress, $0.count, ZMQ_DONTWAIT | more) }
      // Only the first frame can find no room: the others go where it went.
      if count < 0 { return zmq_errno() == EAGAIN ? .full : .failed(Self.reason()) }
    }
    return .sent
  }

  private func set(_ option: Int32, _ value: Int32) {
    var value = value
    zmq_setsockopt(socket, option, &value, MemoryLayout<Int32>.size)
  }

  private static func reason() -> String { String(cString: zmq_strerror(zmq_errno())) }
}
