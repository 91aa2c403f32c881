internal import BoardInventory
internal import Dispatch
public import Foundation

/// A program run to its end.
public struct Command: Sendable {
  private let program: String
  private let arguments: [String]
  private let environment: [String: String]
  private let input: Data

  /// - Parameter environment: added to the test's own.
  public init(
    _ program: String, _ arguments: [String] = [], environment: [String: String] = [:], input: Data = Data()
  ) {
    self.program = program
    self.arguments = arguments
    self.environment = environment
    self.input = input
  }

  /// What a program left behind.
  public struct Outcome: Sendable {
    /// Its exit code; the signal's number, negative, when a signal ended it.
    public let status: Int32
    /// Standard output.
    public let output: String
    /// Standard error.
    public let complaint: String
  }

  /// Runs it and waits, keeping the thread; output goes through files, so that no pipe can fill up.
  public func run() throws -> Outcome {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("command-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let files = ["in", "out", "err"].map(folder.appendingPathComponent)
    try input.write(to: files[0])
    for file in files.dropFirst() { _ = FileManager.default.createFile(atPath: file.path, contents: nil) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
    process.standardInput = try FileHandle(forReadingFrom: files[0])
    process.standardOutput = try FileHandle(forWritingTo: files[1])
    process.standardError = try FileHandle(forWritingTo: files[2])
    try ProgramStart.run(process)
    process.waitUntilExit()
    return Outcome(
      status: process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus,
      output: try String(contentsOf: files[1], encoding: .utf8),
      complaint: try String(contentsOf: files[2], encoding: .utf8))
  }

  /// Runs it off the threads that run tests: on two cores, two programs waited for there would stop all tests.
  public func runAside() async throws -> Outcome {
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue.global().async { continuation.resume(with: Result { try run() }) }
    }
  }

  /// Runs it aside; anything but exit code 0 throws, with what it complained about. Returns standard output.
  public func succeed() async throws -> String { try output(of: await runAside()) }

  func output(of outcome: Outcome) throws -> String {
    guard outcome.status == 0 else {
      throw LabMissing("\(program) \(arguments.joined(separator: " ")) ended \(outcome.status): \(outcome.complaint)")
    }
    return outcome.output
  }
}
