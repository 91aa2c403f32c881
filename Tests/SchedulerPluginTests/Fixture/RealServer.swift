import Hummingbird
import HummingbirdTesting
import LabSupport
import Logging

/// A real HTTP server on a port of loopback that the system chose.
enum RealServer {
  static func with<Value: Sendable>(
    _ routes: (Router<BasicRequestContext>) -> Void, _ body: @escaping @Sendable (_ port: Int) async throws -> Value
  ) async throws -> Value {
    let router = Router()
    routes(router)
    var logger = Logger(label: "server")
    logger.logLevel = .critical
    return try await Application(router: router, logger: logger).test(.live) { client in
      guard let port = client.port else { throw LabSurprise("the server has no port") }
      return try await body(port)
    }
  }
}
