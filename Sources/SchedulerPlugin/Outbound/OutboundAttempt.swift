internal import AsyncHTTPClient
import Foundation
internal import NIOCore
internal import NIOHTTP1

/// One request to one address.
struct OutboundAttempt: Sendable {
  let request: OutboundRequest
  let address: IPAddress
  let limits: OutboundLimits

  enum Outcome: Sendable {
    case answer(OutboundAnswer)
    /// Nothing was sent.
    case noConnection(String)
  }

  func run() async throws -> Outcome {
    do {
      // A client of its own, because the pinned address is part of a client's configuration.
      return try await HTTPClient.withHTTPClient(configuration: configuration) { client in
        let response = try await client.execute(message, timeout: .nanoseconds(Self.nanoseconds(limits.total)))
        let body = try await read(response)
        let headers = Dictionary(response.headers.map { ($0.name.lowercased(), $0.value) }) { first, _ in first }
        return .answer(
          OutboundAnswer(status: Int(response.status.code), headers: headers, body: body, url: request.url))
      }
    } catch let failure as OutboundFailure {
      throw failure
    } catch {
      if Task.isCancelled { throw CancellationError() }
      let origin = request.url.origin
      switch error {
      case let error as HTTPClientError where error == .deadlineExceeded || error == .readTimeout:
        throw OutboundFailure.timedOut(limits.total)
      case let error as HTTPClientError where error == .connectTimeout:
        return .noConnection("\(origin) does not answer")
      case let error as HTTPClientError:
        throw OutboundFailure.unreachable("\(origin) cannot be asked: \(error.shortDescription)")
      case let error as IOError where Self.beforeConnection.contains(error.errnoCode):
        return .noConnection("\(origin) cannot be reached: \(String(cString: strerror(error.errnoCode)))")
      // What TLS and the socket say can hold much; its kind is enough for a log.
      default: throw OutboundFailure.unreachable("\(origin) cannot be asked: \(type(of: error))")
      }
    }
  }

  private var configuration: HTTPClient.Configuration {
    var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.httpVersion = .http1Only
    configuration.timeout.connect = .nanoseconds(Self.nanoseconds(limits.connect))
    if request.url.address == nil { configuration.dnsOverride = [request.url.host: address.description] }
    return configuration
  }

  private var message: HTTPClientRequest {
    var message = HTTPClientRequest(url: request.url.description)
    message.method = request.method == .get ? .GET : .POST
    for header in request.headers { message.headers.replaceOrAdd(name: header.name, value: header.value) }
    if !message.headers.contains(name: "User-Agent") { message.headers.add(name: "User-Agent", value: "boardcast") }
    // A compressed answer could be larger than it looks.
    message.headers.replaceOrAdd(name: "Accept-Encoding", value: "identity")
    if request.method == .post { message.body = .bytes(ByteBuffer(bytes: request.body)) }
    return message
  }

  /// The body within the limit. Of a POST's answer the rest is left unread: what was sent has arrived.
  private func read(_ response: HTTPClientResponse) async throws -> [UInt8] {
    var body: [UInt8] = []
    for try await part in response.body {
      body.append(contentsOf: part.readableBytesView)
      guard body.count > limits.bytes else { continue }
      guard request.method == .post else { throw OutboundFailure.tooLarge(limits.bytes) }
      return Array(body.prefix(limits.bytes))
    }
    return body
  }

  private static let beforeConnection = [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH]

  private static func nanoseconds(_ duration: Duration) -> Int64 {
    let (seconds, rest) = duration.components
    let (whole, isTooMuch) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    return isTooMuch ? .max : whole + rest / 1_000_000_000
  }
}
