import BuildEvents
import Hummingbird
import LabSupport
import Synchronization

@testable import SchedulerPlugin

/// Somebody who is told: keeps all he gets, and answers as the test wants.
final class Receiver: Sendable {
  struct Message: Sendable {
    let path: String
    let headers: [String: String]
    let body: [UInt8]

    var json: JSONValue { (try? JSONValue.parse(body, limits: .stored)) ?? .null }
    var id: String? { headers["webhook-id"] }
  }

  private let state = Mutex<[Message]>([])
  private let isOver = Mutex(false)
  private let answer: @Sendable (_ receiver: Receiver, _ path: String, _ place: Int) async throws -> Response

  /// - Parameter answer: what to say to the message of a path, counted from 1 on each path.
  init(
    _ answer: @escaping @Sendable (_ receiver: Receiver, _ path: String, _ place: Int) async throws -> Response
  ) { self.answer = answer }

  /// Keeps whoever asks waiting until the test is over.
  func stall() async throws {
    while !isOver.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(20)) }
  }

  var messages: [Message] { state.withLock { $0 } }
  func messages(_ path: String) -> [Message] { messages.filter { $0.path == path } }

  /// Listens while the body runs.
  func listen<Value: Sendable>(_ body: @escaping @Sendable (_ port: Int) async throws -> Value) async throws -> Value {
    try await RealServer.with(
      { router in
        router.post("/:name") { request, context in
          let path = request.uri.path
          let bytes = Array(buffer: try await request.body.collect(upTo: 8 << 20))
          let headers = Dictionary(request.headers.map { ($0.name.canonicalName, $0.value) }) { first, _ in first }
          let place = self.state.withLock { messages in
            messages.append(Message(path: path, headers: headers, body: bytes))
            return messages.count { $0.path == path }
          }
          return try await self.answer(self, path, place)
        }
      },
      { port in
        defer { self.isOver.withLock { $0 = true } }
        return try await body(port)
      })
  }

  /// Takes everything.
  static var patient: Receiver { Receiver { _, _, _ in Response(status: .noContent) } }
}
