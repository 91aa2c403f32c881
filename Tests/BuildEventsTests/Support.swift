import BuildEvents
import Foundation

/// Reads a plain record as the HTTP door does.
func event(_ json: String) throws -> BuildEvent {
  try BuildEvent.decode(contentType: "application/json", headers: [], body: Array(json.utf8))
}

/// The refusal a body gets, or nil if it was taken.
func refusal(_ body: () throws -> BuildEvent) -> EventRefusal? {
  do {
    _ = try body()
    return nil
  } catch {
    return error as? EventRefusal
  }
}

/// Runs a Python program with bytes on its standard input and answers what it printed.
func python(_ program: String, input: [UInt8] = []) throws -> [UInt8] {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = ["python3", "-c", program]
  let stdin = Pipe()
  let stdout = Pipe()
  process.standardInput = stdin
  process.standardOutput = stdout
  try process.run()
  try stdin.fileHandleForWriting.write(contentsOf: Data(input))
  try stdin.fileHandleForWriting.close()
  let output = try stdout.fileHandleForReading.readToEnd() ?? Data()
  process.waitUntilExit()
  struct PythonFailed: Error { let status: Int32 }
  guard process.terminationStatus == 0 else { throw PythonFailed(status: process.terminationStatus) }
  return [UInt8](output)
}
