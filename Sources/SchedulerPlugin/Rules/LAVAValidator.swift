public import AsyncHTTPClient
internal import BuildEvents
internal import NIOCore
internal import NIOHTTP1

/// LAVA's own opinion of a job definition: `POST /api/v0.2/jobs/validate/`, which asks for no token.
public struct LAVAValidator: Sendable {
  let client: HTTPClient
  let url: String

  /// - Parameter lavaURL: LAVA's address, for example `http://127.0.0.1:8000`.
  public init(client: HTTPClient = .shared, lavaURL: String) {
    self.client = client
    self.url = (lavaURL.hasSuffix("/") ? String(lavaURL.dropLast()) : lavaURL) + "/api/v0.2/jobs/validate/"
  }

  /// LAVA's words of refusal; nil when LAVA finds the job valid. Throws when LAVA cannot be asked.
  public func refusal(of definition: String) async throws -> String? {
    var request = HTTPClientRequest(url: url)
    request.method = .POST
    request.headers.add(name: "Content-Type", value: "application/json")
    request.body = .bytes(JSONValue.object(["definition": .string(definition), "strict": true]).serialized)
    let response = try await client.execute(request, timeout: .seconds(30))
    let body = try await response.body.collect(upTo: 1 << 20)
    let message = try? JSONValue.parse(Array(buffer: body))["message"]?.stringValue
    if response.status == .ok, message == "Job valid." { return nil }
    return message ?? "LAVA answered HTTP \(response.status.code)"
  }
}
