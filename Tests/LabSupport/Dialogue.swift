internal import BoardInventory
internal import Dispatch
import Foundation

/// A program that answers each line on its input with one line on its output; ended by the end of its input.
public actor Dialogue {
  private let process = Process()
  private let input: FileHandle
  private let output: FileHandle
  private var rest = Data()

  /// Starts it and waits for its first line, which must be `ready`.
  public init(_ words: [String]) async throws {
    process.executableURL = URL(fileURLWithPath: words[0])
    process.arguments = Array(words.dropFirst())
    let process = process
    // With its pipes: a program started at the same moment would inherit them and keep this one alive.
    (input, output) = try ProgramStart.alone {
      let (questions, answers) = (Pipe(), Pipe())
      process.standardInput = questions
      process.standardOutput = answers
      try process.run()
      return (questions.fileHandleForWriting, answers.fileHandleForReading)
    }
    let first = try await line()
    guard first == "ready" else { throw LabMissing("\(words[0]) did not start: \(first)") }
  }

  /// Sends a line, waits for the answer.
  public func ask(_ question: String) async throws -> String {
    try input.write(contentsOf: Data((question + "\n").utf8))
    return try await line()
  }

  /// Ends the input and waits until the program has ended.
  public func end() async {
    try? input.close()
    let process = process
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        process.waitUntilExit()
        continuation.resume()
      }
    }
  }

  private func line() async throws -> String {
    let output = output
    while true {
      if let end = rest.firstIndex(of: 10) {
        defer { rest.removeSubrange(...end) }
        return String(decoding: rest[..<end], as: UTF8.self)
      }
      let more = await withCheckedContinuation { continuation in
        DispatchQueue.global().async { continuation.resume(returning: output.availableData) }
      }
      guard !more.isEmpty else {
        throw LabMissing("the program ended; it had said \(String(decoding: rest, as: UTF8.self))")
      }
      rest += more
    }
  }
}
