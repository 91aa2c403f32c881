import BuildEvents
import Foundation
import LabSupport

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
func python(_ program: String, input: [UInt8] = []) async throws -> [UInt8] {
  [UInt8](try await Command("/usr/bin/env", ["python3", "-c", program], input: Data(input)).succeed().utf8)
}
