import ArgumentParser
import AsyncHTTPClient
import BuildEvents
import Foundation
import NIOCore
import NIOHTTP1
import SchedulerPlugin

struct SendCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "send",
    abstract: "Sends an event to a running boardcast.",
    discussion: "The LAVA API token comes from --token-file or BOARDCAST_TOKEN, so that no process list shows it.")

  @OptionGroup var output: OutputOptions
  @Argument(help: "A file with the event, a plain record or a structured CloudEvent.") var file: String
  @Option(help: ArgumentHelp("Boardcast's address.", valueName: "url"))
  var to = ProcessInfo.processInfo.environment["BOARDCAST_URL"] ?? "http://127.0.0.1:8070"
  @Option(help: ArgumentHelp("A file that holds the LAVA API token.", valueName: "file")) var tokenFile: String?

  func run() async throws {
    let bytes = try EventFile.bytes(file)
    var request = HTTPClientRequest(url: to + "/api/v1/events")
    request.method = .POST
    request.headers.add(name: "Authorization", value: "Token \(try token())")
    request.headers.add(name: "Content-Type", value: (try? EventFile.contentType(bytes)) ?? "application/json")
    request.body = .bytes(bytes)
    let (status, answer) = try await post(request)
    guard (200..<300).contains(status) else {
      let error = answer?["error"]
      let words = [error?["field"], error?["message"], error?["mend"]].compactMap { $0?.stringValue }
      throw CommandRefusal("refused with HTTP \(status): \(words.joined(separator: "; "))")
    }
    output.print(answer ?? .null) {
      let id = answer?["id"].map(\.canonical) ?? "?"
      print(answer?["duplicate"] == true ? "event \(id) was there already" : "event \(id) is accepted")
    }
  }

  private func post(_ request: HTTPClientRequest) async throws -> (status: UInt, answer: JSONValue?) {
    do {
      return try await HTTPClient.withHTTPClient(configuration: .oneAttempt) { client in
        let response = try await client.execute(request, timeout: .seconds(30))
        let body = try await response.body.collect(upTo: 1 << 20)
        return (response.status.code, try? JSONValue.parse(Array(buffer: body)))
      }
    } catch {
      throw CommandRefusal("\(to) cannot be reached; is 'boardcast serve' running there?")
    }
  }

  private func token() throws -> String {
    if let tokenFile {
      guard let text = try? String(contentsOfFile: tokenFile, encoding: .utf8) else {
        throw CommandRefusal("\(tokenFile): the token file cannot be read")
      }
      return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
    guard let token = ProcessInfo.processInfo.environment["BOARDCAST_TOKEN"], !token.isEmpty else {
      throw CommandRefusal("no LAVA API token; give --token-file or set BOARDCAST_TOKEN")
    }
    return token
  }
}
