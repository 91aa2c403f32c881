import BoardInventory
import Foundation
import LabSupport

/// `boardcast` while it runs: what it has printed so far, signals, and its end.
final class RunningProgram: Sendable {
  private let process: Process
  private let files: [URL]

  /// Standard output so far.
  var output: String { (try? String(contentsOf: files[0], encoding: .utf8)) ?? "" }
  /// Standard error so far.
  var complaint: String { (try? String(contentsOf: files[1], encoding: .utf8)) ?? "" }

  /// Starts it; its output goes to files in the folder.
  init(_ words: [String], folder: String) throws {
    files = ["out", "err"].map { URL(fileURLWithPath: "\(folder)/\(UUID().uuidString).\($0)") }
    for file in files { try Data().write(to: file) }
    process = Process()
    process.executableURL = URL(fileURLWithPath: Lab.program)
    process.arguments = words
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: files[0])
    process.standardError = try FileHandle(forWritingTo: files[1])
    try ProgramStart.run(process)
  }

  /// Waits until it has printed the words.
  func prints(_ words: String) async throws {
    try await eventually("'\(words)' printed") { output.contains(words) || !process.isRunning }
    guard output.contains(words) else { throw NeverHappened(description: "it ended: \(output)\(complaint)") }
  }

  /// Sends SIGINT and gives the exit code.
  func interrupt() async throws -> Int32 {
    kill(process.processIdentifier, SIGINT)
    try await eventually("the program's end: \(output)\(complaint)") { !process.isRunning }
    return process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
  }

  /// Ends it when its test is over, however that went.
  func abandon() { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
}
