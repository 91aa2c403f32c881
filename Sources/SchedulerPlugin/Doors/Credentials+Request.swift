import Foundation
import Hummingbird

extension Credentials {
  /// Reads the `Authorization` header: `Token SECRET` as LAVA's REST takes it, `Bearer SECRET`, or Basic with user name
  /// and token as LAVA's XML-RPC takes it. The keyword's case does not matter (RFC 9110, 11.1).
  init(_ request: Request) throws(Stranger) {
    guard let header = request.headers[.authorization] else { throw .noCredentials }
    let parts = header.split(separator: " ", omittingEmptySubsequences: true)
    guard parts.count == 2 else { throw .unknownToken }
    switch parts[0].lowercased() {
    case "token", "bearer":
      self = .token(String(parts[1]))
    case "basic":
      guard let data = Data(base64Encoded: String(parts[1])), let text = String(data: data, encoding: .utf8),
        let colon = text.firstIndex(of: ":")
      else { throw .unknownToken }
      self = .basic(user: String(text[..<colon]), token: String(text[text.index(after: colon)...]))
    default:
      throw .unknownToken
    }
  }
}
