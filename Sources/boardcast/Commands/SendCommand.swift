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
    abstract: "Sends an event to a running boardcast, and waits for its boards if asked.",
    discussion: """
      The LAVA API token comes from --token-file or BOARDCAST_TOKEN, so that no process list shows it. With --from the \
      event is read from the folder a build left: \
      \(FolderReaders.all.map { "\($0.name) (\($0.summary))" }.joined(separator: "; ")). With --wait the exit code is 0 \
      only if every job ended Complete, 3 if one did not or there was none.
      """)

  @OptionGroup var output: OutputOptions
  @Argument(help: "A file with the event, a plain record or a structured CloudEvent; with --from the build's folder.")
  var file: String
  @Option(help: ArgumentHelp("Boardcast's address.", valueName: "url"))
  var to = ProcessInfo.processInfo.environment["BOARDCAST_URL"] ?? "http://127.0.0.1:8070"
  @Option(help: ArgumentHelp("A file that holds the LAVA API token.", valueName: "file")) var tokenFile: String?
  @Option(help: ArgumentHelp("What kind of folder to read.", valueName: "kind")) var from: String?
  @Option(help: ArgumentHelp("With --from: where the folder's files are published.", valueName: "url"))
  var url: String?
  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "With --from: a field told by hand, such as build_id=412, device_types=qemu or properties.branch=main.",
      valueName: "field=value")) var fields: [String] = []
  @Flag(help: "With --from: print the event and send nothing.") var dryRun = false
  @Flag(help: "Wait until every job is over.") var wait = false
  @Flag(help: "With --wait: boards that are away, such as in maintenance, are neither waited for nor counted.")
  var skipAway = false
  @Option(help: ArgumentHelp("Give up waiting after so long; the jobs go on.", valueName: "seconds"))
  var timeout = 86_400

  func validate() throws {
    if from != nil, url == nil { throw ValidationError("--from needs --url: where the files are published") }
    if from == nil, url != nil || !fields.isEmpty || dryRun {
      throw ValidationError("--url, --set and --dry-run go with --from")
    }
    if skipAway, !wait { throw ValidationError("--skip-away goes with --wait") }
  }

  func run() async throws {
    let bytes = try from.map(record) ?? EventFile.bytes(file)
    if dryRun { return print(String(decoding: bytes, as: UTF8.self)) }
    let token = try token()
    var request = HTTPClientRequest(url: to + "/api/v1/events")
    request.method = .POST
    request.headers.add(name: "Authorization", value: "Token \(token)")
    request.headers.add(name: "Content-Type", value: (try? EventFile.contentType(bytes)) ?? "application/json")
    request.body = .bytes(bytes)
    let (status, answer) = try await post(request)
    guard (200..<300).contains(status) else {
      let error = answer?["error"]
      let words = [error?["field"], error?["message"], error?["mend"]].compactMap { $0?.stringValue }
      throw CommandRefusal("refused with HTTP \(status): \(words.joined(separator: "; "))")
    }
    if wait {
      guard case .int(let id)? = answer?["id"] else { throw CommandRefusal("the answer has no event's number") }
      return try await EventWait(
        address: to, token: token, id: id, timeout: .seconds(timeout), skipsAway: skipAway, output: output
      ).run()
    }
    output.print(answer ?? .null) {
      let id = answer?["id"].map(\.canonical) ?? "?"
      print(answer?["duplicate"] == true ? "event \(id) was there already" : "event \(id) is accepted")
    }
  }

  /// The event that a build's folder says.
  private func record(_ kind: String) throws -> [UInt8] {
    guard let reader = FolderReaders.all.first(where: { $0.name == kind }) else {
      let names = FolderReaders.all.map(\.name).joined(separator: ", ")
      throw CommandRefusal("there is no kind of folder '\(kind)'; use one of \(names)")
    }
    var told: [String: JSONValue] = [:]
    var properties: [String: JSONValue] = [:]
    for field in fields {
      guard let equals = field.firstIndex(of: "="), equals > field.startIndex else {
        throw ValidationError("'\(field)' is no FIELD=VALUE")
      }
      let (name, value) = (String(field[..<equals]), String(field[field.index(after: equals)...]))
      if name.hasPrefix("properties.") {
        properties[String(name.dropFirst("properties.".count))] = .string(value)
      } else if ["device_types", "boards", "tags"].contains(name) {
        told[name] = .array(value.split(separator: ",").map { .string(String($0)) })
      } else {
        told[name] = .string(value)
      }
    }
    do {
      return try FolderReaders.record(
        reader, BuildFolder(at: file), base: url ?? "", told: told, properties: properties
      ).serialized
    } catch let refusal as EventRefusal {
      throw CommandRefusal("\(file): \(refusal)")
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
