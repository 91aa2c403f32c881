import BuildEvents
import Foundation
import LabSupport
import PostgresClient
import Testing

/// Programs run to their end, off the threads that run tests.
enum Program {
  /// Runs `boardcast` with these words.
  static func boardcast(_ words: [String], environment: [String: String] = [:]) async throws -> Command.Outcome {
    try await run(Lab.program, words, environment: environment)
  }

  static func run(
    _ program: String, _ words: [String], environment: [String: String] = [:], input: Data = Data()
  ) async throws -> Command.Outcome {
    try await Command(program, words, environment: environment, input: input).runAside()
  }

  /// Sends an event with curl; the status and the answer.
  static func curl(_ producer: Producer, _ headers: [String], _ event: String) async throws -> (Int, JSONValue) {
    let headers = (["Authorization: Token \(producer.token)"] + headers).flatMap { ["-H", $0] }
    let options = ["-sS", "--noproxy", "*", "--max-time", "30", "-w", "\n%{http_code}", "--data-binary", "@-"]
    let outcome = try await run(
      "/usr/bin/curl", options + headers + [producer.url + "/api/v1/events"], input: Data(event.utf8))
    try #require(outcome.status == 0, "\(outcome.complaint)")
    let lines = outcome.output.split(separator: "\n")
    let status = try #require(lines.last.flatMap { Int($0) })
    return (status, try JSONValue.parse(Array(try #require(lines.first).utf8)))
  }

  /// Runs a Python script.
  static func python(_ script: String, _ words: [String]) async throws -> Command.Outcome {
    // A proxy of the machine's would get what is meant for loopback.
    try await run("/usr/bin/env", ["python3", "-c", script] + words, environment: ["no_proxy": "*"])
  }
}

extension PostgresConfiguration {
  /// As it is given to `--database`.
  var connectionString: String {
    parameters.sorted { $0.key < $1.key }.map { name, value in
      "\(name)='\(value.replacing("\\", with: "\\\\").replacing("'", with: "\\'"))'"
    }.joined(separator: " ")
  }

  /// The same with other parameters.
  func with(_ changes: [String: String]) -> PostgresConfiguration {
    PostgresConfiguration(parameters: parameters.merging(changes) { _, new in new })
  }
}

/// A folder that is gone when the test is over.
struct TemporaryFolder: Sendable {
  let path: String

  static func with<Value>(_ body: (TemporaryFolder) async throws -> Value) async throws -> Value {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("boardcast-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: url) }
    return try await body(TemporaryFolder(path: url.path))
  }

  /// Writes a file, whole or not at all and with the time it shall bear, and gives its path.
  @discardableResult
  func write(_ name: String, _ text: String, modified: Date? = nil) throws -> String {
    let file = URL(fileURLWithPath: path).appendingPathComponent(name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    let draft = path + "/draft-\(UUID().uuidString)"
    try text.write(toFile: draft, atomically: false, encoding: .utf8)
    if let modified { try FileManager.default.setAttributes([.modificationDate: modified], ofItemAtPath: draft) }
    guard rename(draft, file.path) == 0 else { throw NeverHappened(description: "\(file.path) cannot be written") }
    return file.path
  }
}
