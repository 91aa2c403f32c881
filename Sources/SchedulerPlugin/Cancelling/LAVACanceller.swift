public import AsyncHTTPClient
internal import BuildEvents
import Foundation
internal import NIOCore
internal import NIOHTTP1

/// Asks LAVA to cancel jobs, as a person would: `/api/v0.2/jobs/ID/cancel/`, by GET in 2023.01 and by POST in 2026.10
/// (lava_rest_app/v02/views.py:TestJobViewSet.cancel). LAVA decides who may.
public struct LAVACanceller: Sendable {
  /// LAVA's answer about one job.
  public enum Answer: Hashable, Sendable {
    /// LAVA took the order.
    case taken
    /// LAVA will not; in its words. Asking again is no use.
    case refused(String)
  }

  let client: HTTPClient
  let base: String
  let token: LAVAToken

  /// - Parameter lavaURL: LAVA's address, for example `http://127.0.0.1:8000`.
  public init(client: HTTPClient, lavaURL: String, token: LAVAToken) {
    self.client = client
    self.base = lavaURL.hasSuffix("/") ? String(lavaURL.dropLast()) : lavaURL
    self.token = token
  }

  /// The name of the token's user. Throws `LAVADictionaries.Refused` when LAVA cannot be asked, or refuses the token.
  public func user() async throws -> String {
    let (status, body) = try await send(.GET, "/api/v0.2/system/whoami/")
    guard status == .ok, let name = try? JSONValue.parse(body)["user"]?.stringValue, !name.isEmpty else {
      if (400..<500).contains(status.code) {
        throw LAVADictionaries.Refused(
          description: "LAVA at \(base) refuses the token; write one of a user who may cancel the jobs into "
            + "lava_token_file")
      }
      throw unwell(status)
    }
    return name
  }

  /// Asks LAVA to cancel a job. Throws `LAVADictionaries.Refused` when that is no matter of the job.
  public func cancel(_ job: Int) async throws -> Answer {
    let path = "/api/v0.2/jobs/\(job)/cancel/"
    var (status, body) = try await send(.POST, path)
    if status == .methodNotAllowed { (status, body) = try await send(.GET, path) }
    let words = (try? JSONValue.parse(body))?["detail"]?.stringValue
    switch status.code {
    case 200: return .taken
    case 403: return .refused(words ?? "LAVA does not let the token's user cancel it")
    case 404: return .refused("LAVA has no such job")
    default: throw unwell(status)
    }
  }

  private func unwell(_ status: HTTPResponseStatus) -> LAVADictionaries.Refused {
    LAVADictionaries.Refused(description: "LAVA at \(base) answers HTTP \(status.code)")
  }

  private func send(_ method: HTTPMethod, _ path: String) async throws -> (HTTPResponseStatus, [UInt8]) {
    var request = HTTPClientRequest(url: base + path)
    request.method = method
    request.headers.add(name: "Authorization", value: "Token \(token.text)")
    request.headers.add(name: "User-Agent", value: "boardcast")
    do {
      let response = try await client.execute(request, timeout: .seconds(30))
      return (response.status, Array(buffer: try await response.body.collect(upTo: 1 << 20)))
    } catch {
      if Task.isCancelled { throw CancellationError() }
      // What the library says could name the request's headers.
      throw LAVADictionaries.Refused(description: "LAVA cannot be asked at \(base); is it running there?")
    }
  }
}
