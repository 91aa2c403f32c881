import BoardInventory
import BuildEvents
import Foundation
import Hummingbird
import HummingbirdTesting
import LabSupport
import Logging
import PostgresClient

@testable import SchedulerPlugin

/// The doors over a database, called without a network, and everything they log or answer kept.
struct DoorsUnderTest: Sendable {
  let client: any TestClientProtocol
  let status: WriterStatus
  let log: LogRecorder
  let tokens: Tokens

  /// The lab's tokens.
  struct Tokens: Sendable {
    let bot: String
    let admin: String
    let inactive: String

    init() throws {
      let lab = try Lab.current.get()
      bot = try lab["BOARDCAST_LAB_TOKEN"]
      admin = try lab["BOARDCAST_LAB_ADMIN_TOKEN"]
      inactive = try lab["BOARDCAST_LAB_INACTIVE_TOKEN"]
    }
  }

  /// An answer, read.
  struct Answer: Sendable {
    let status: Int
    /// By name in lower case.
    let headers: [String: String]
    let text: String

    /// The text without line breaks.
    var line: String { text.replacing("\n", with: "") }
    var json: JSONValue { (try? JSONValue.parse(Array(text.utf8))) ?? .null }
    /// The refusal's code, and the field it names.
    var code: String? { json["error"]?["code"]?.stringValue }
    var field: String? { json["error"]?["field"]?.stringValue }
  }

  /// Opens the doors, works, closes them.
  static func with<Value: Sendable>(
    _ configuration: PostgresConfiguration, producers: [String] = [], terms: DoorTerms = DoorTerms(),
    _ body: @escaping @Sendable (DoorsUnderTest) async throws -> Value
  ) async throws -> Value {
    let log = LogRecorder()
    let status = WriterStatus()
    let root = Lab.repository
    let book = LabFilesBook(
      folders: LabFolders(
        devices: [root + "/devices"], templates: [root + "/templates"], rules: [root + "/rules"],
        producers: producers))
    let pool = PostgresPool(
      configuration: configuration, size: 4, logger: log.logger, patience: .milliseconds(500))
    let doors = Doors(pool: pool, book: book, status: status, wake: WakeSignal(), terms: terms, logger: log.logger)
    let tokens = try Tokens()
    let value = try await Application(router: doors.router(), logger: log.logger).test(.router) { client in
      try await body(DoorsUnderTest(client: client, status: status, log: log, tokens: tokens))
    }
    await pool.close()
    return value
  }

  /// A clone of LAVA's database with doors into it.
  static func onClone(
    terms: DoorTerms = DoorTerms(),
    _ body: @escaping @Sendable (DoorsUnderTest, TestLab) async throws -> Void
  ) async throws {
    try await TestLab.with(boards: []) { lab in
      try await with(lab.configuration, terms: terms) { try await body($0, lab) }
    }
  }

  func get(_ path: String, authorization: String? = nil) async throws -> Answer {
    try await send(path, .get, headers: authorization.map { ["authorization": $0] } ?? [:], body: nil)
  }

  func options(_ path: String, headers: [String: String]) async throws -> Answer {
    try await send(path, .options, headers: headers, body: nil)
  }

  /// Posts an event as JSON with the bot's token, unless told otherwise.
  func post(
    _ body: JSONValue, authorization: String? = nil, type: String? = "application/json", headers: [String: String] = [:]
  ) async throws -> Answer {
    try await post(bytes: body.serialized, authorization: authorization, type: type, headers: headers)
  }

  func post(
    bytes: [UInt8], to path: String = "/api/v1/events", authorization: String? = nil,
    type: String? = "application/json", headers: [String: String] = [:]
  ) async throws -> Answer {
    var headers = headers
    if let type { headers["content-type"] = type }
    if authorization != "" { headers["authorization"] = authorization ?? "Token \(tokens.bot)" }
    return try await send(path, .post, headers: headers, body: bytes)
  }

  /// Calls a method of XML-RPC as Python does, with Basic and the bot's token unless told otherwise.
  func call(_ xml: String, authorization: String? = nil) async throws -> Answer {
    let basic = "Basic " + Data("ci-bot:\(tokens.bot)".utf8).base64EncodedString()
    return try await post(
      bytes: Array(xml.utf8), to: "/RPC2", authorization: authorization ?? basic, type: "text/xml")
  }

  private func send(
    _ path: String, _ method: HTTPRequest.Method, headers: [String: String], body: [UInt8]?
  ) async throws -> Answer {
    var fields: HTTPFields = [:]
    for (name, value) in headers { if let name = HTTPFields.Element.Name(name) { fields[name] = value } }
    let response = try await client.execute(
      uri: path, method: method, headers: fields, body: body.map { ByteBuffer(bytes: $0) })
    let answer = Answer(
      status: response.status.code,
      headers: Dictionary(
        response.headers.map { ($0.name.canonicalName, $0.value) }, uniquingKeysWith: { "\($0), \($1)" }),
      text: String(decoding: response.body.readableBytesView, as: UTF8.self))
    for secret in [tokens.bot, tokens.admin, tokens.inactive] {
      let shown = answer.text.contains(secret) || "\(answer.headers)".contains(secret)
      if shown { throw LabSurprise("a token stands in an answer of \(path)") }
      if log.lines.contains(where: { $0.contains(secret) }) { throw LabSurprise("a token stands in the log") }
    }
    return answer
  }
}
