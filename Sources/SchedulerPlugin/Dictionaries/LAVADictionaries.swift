public import AsyncHTTPClient
public import BoardInventory
internal import BuildEvents
import Foundation
internal import NIOCore
internal import NIOHTTP1

/// Asks LAVA for the device dictionaries it renders: `GET /api/v0.2/devices/HOST/dictionary/?render=true`
/// (lava_rest_app/v02/views.py:DeviceViewSet.dictionary).
public struct LAVADictionaries: Sendable {
  /// What LAVA says of one board.
  public enum Answer: Hashable, Sendable {
    /// It renders, and says this.
    case rendered(DictionaryFacts)
    /// It gives nothing for this board; in LAVA's words.
    case problem(String)
  }

  /// LAVA cannot be asked at all just now, or not like this; no board is to blame.
  public struct Refused: Error, Hashable, Sendable, CustomStringConvertible {
    /// One line: what, and how to mend it.
    public let description: String
  }

  let client: HTTPClient
  let base: String
  let token: LAVAToken?

  /// - Parameter lavaURL: LAVA's address, for example `http://127.0.0.1:8000`.
  public init(client: HTTPClient, lavaURL: String, token: LAVAToken?) {
    self.client = client
    self.base = lavaURL.hasSuffix("/") ? String(lavaURL.dropLast()) : lavaURL
    self.token = token
  }

  /// A client's configuration for it: a redirect is not followed, for the token is for this address alone.
  public static var clientConfiguration: HTTPClient.Configuration {
    var configuration = HTTPClient.Configuration()
    configuration.redirectConfiguration = .disallow
    configuration.connectionPool.retryConnectionEstablishment = false
    return configuration
  }

  /// LAVA's answer for one board. Throws `Refused` when it is no board's matter, and `CancellationError`.
  public func ask(_ hostname: String) async throws -> Answer {
    let name = hostname.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(.init(charactersIn: "-._~")))
    let (status, body) = try await get("/api/v0.2/devices/\(name ?? hostname)/dictionary/?render=true")
    switch status.code {
    case 200:
      guard let text = String(bytes: body, encoding: .utf8) else { return .problem("what LAVA renders is not UTF-8") }
      do {
        return .rendered(try DictionaryFacts(rendered: text))
      } catch {
        return .problem("\(error)")
      }
    case 300..<400:
      throw Refused(description: "LAVA at \(base) answers from another address; write that one into lava_url")
    case 401: throw tokenRefused(body)
    case 403:
      // Told with this status are a token that is none and a board that is not shown; who we are tells which.
      if try await get("/api/v0.2/system/whoami/").status.code != 200 { throw tokenRefused(body) }
      return .problem("LAVA does not show it to the token's user: \(Self.words(body) ?? "HTTP 403")")
    case 404: return .problem("LAVA does not show it to the token's user, or has it no more")
    case 429, 502...504:
      throw Refused(description: "LAVA at \(base) is busy or down: HTTP \(status.code)")
    case 400:
      // With these words LAVA answers a missing file and every mistake of Jinja alike (models.py:load_configuration).
      let words = Self.words(body) ?? "HTTP 400"
      return .problem("LAVA says: \(words); its dictionary file is missing, or does not render")
    default: return .problem("LAVA answers HTTP \(status.code)\(Self.words(body).map { ": \($0)" } ?? "")")
    }
  }

  private func get(_ path: String) async throws -> (status: HTTPResponseStatus, body: [UInt8]) {
    var request = HTTPClientRequest(url: base + path)
    if let token { request.headers.add(name: "Authorization", value: "Token \(token.text)") }
    request.headers.add(name: "User-Agent", value: "boardcast")
    do {
      let response = try await client.execute(request, timeout: .seconds(30))
      return (response.status, Array(buffer: try await response.body.collect(upTo: YAMLFile.largestFile)))
    } catch is NIOTooManyBytesError {
      return (.ok, Array("what LAVA renders is over 1 MiB".utf8))
    } catch {
      if Task.isCancelled { throw CancellationError() }
      throw Refused(description: "LAVA cannot be asked at \(base): \(Self.words(error)); is it running there?")
    }
  }

  private func tokenRefused(_ body: [UInt8]) -> Refused {
    Refused(
      description: "LAVA at \(base) refuses the token: \(Self.words(body) ?? "no reason is given"); "
        + "write one of a user who may view all devices into lava_token_file")
  }

  /// The words of LAVA's JSON, on one line, of a length people read; a page of HTML has none.
  private static func words(_ body: [UInt8]) -> String? {
    guard let json = try? JSONValue.parse(body) else { return nil }
    var text = json["detail"]?.stringValue ?? json["message"]?.stringValue
    if text == nil, case .array(let parts) = json { text = parts.first?.stringValue }
    guard let line = text?.split(whereSeparator: \.isNewline).joined(separator: " ").prefix(300) else { return nil }
    return String(line.hasSuffix(".") ? line.dropLast() : line)
  }

  private static func words(_ error: any Error) -> String {
    switch error {
    case let error as HTTPClientError: error.shortDescription
    case let error as IOError: String(cString: strerror(error.errnoCode))
    default: "no connection"
    }
  }
}
