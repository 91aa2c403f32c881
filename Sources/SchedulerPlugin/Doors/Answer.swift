import BuildEvents
import Hummingbird

/// Bodies of answers.
enum Answer {
  static func json(_ value: JSONValue, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]) -> Response {
    var headers = headers
    headers[.contentType] = "application/json"
    return Response(
      status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: value.serialized + [10])))
  }

  static func text(_ text: String) -> Response {
    Response(
      status: .ok, headers: [.contentType: "text/plain; charset=utf-8"],
      body: .init(byteBuffer: ByteBuffer(string: text)))
  }

  static func xml(_ bytes: [UInt8]) -> Response {
    Response(status: .ok, headers: [.contentType: "text/xml"], body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
  }

  /// What is wrong, in the one form every refusal has.
  static func refusal(
    _ status: HTTPResponse.Status, code: String, _ message: String, field: String? = nil, mend: String? = nil,
    headers: HTTPFields = [:]
  ) -> Response {
    var error: [String: JSONValue] = ["code": .string(code), "message": .string(message)]
    if let field { error["field"] = .string(field) }
    if let mend { error["mend"] = .string(mend) }
    return json(["error": .object(error)], status: status, headers: headers)
  }

  static func refusal(_ refusal: EventRefusal) -> Response {
    let status: HTTPResponse.Status =
      switch refusal.code {
      case .tooLarge: .contentTooLarge
      case .unsupported: .unsupportedMediaType
      case .notAllowed: .forbidden
      default: .badRequest
      }
    return self.refusal(
      status, code: refusal.code.rawValue, refusal.message, field: refusal.field, mend: refusal.mend)
  }
}
