import Foundation
internal import PostgresClient

/// The throwaway LAVA lab that tests run on: the one in the environment (`eval "$(scripts/lab env)"`, as `make test`
/// does), else one named `tests`, of which only the database is started.
public struct Lab: Sendable {
  /// What `scripts/lab env` prints, by variable name.
  public let variables: [String: String]

  /// The lab, found or started once per test process.
  public static let current: Result<Lab, any Error> = Result { try find() }

  /// The value of a variable; throws when the lab does not have it.
  public subscript(_ name: String) -> String {
    get throws {
      guard let value = variables[name], !value.isEmpty else { throw LabMissing("the lab does not say \(name)") }
      return value
    }
  }

  /// Whether LAVA's daemons run too, not only its database.
  public var isWhole: Bool { !(variables["BOARDCAST_LAB_LAVA_URL"] ?? "").isEmpty }

  /// Whether the environment names a whole lab; for tests that boot boards.
  public static var isWholeInEnvironment: Bool {
    !(ProcessInfo.processInfo.environment["BOARDCAST_LAB_LAVA_URL"] ?? "").isEmpty
  }

  /// Whether the lab's LAVA is one whose jobs can ask for a board by name (2026.07 and later).
  public static var knowsRequestedDevices: Bool {
    (try? current.get()["BOARDCAST_LAB_LAVA"]).map { $0 >= "2026.07" } ?? false
  }

  /// The checkout.
  public static var repository: String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .path
  }

  /// The `boardcast` program that was built beside the tests.
  public static var program: String {
    let bundle = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
    let beside = bundle.appendingPathComponent("boardcast").path
    return FileManager.default.isExecutableFile(atPath: beside) ? beside : repository + "/.build/debug/boardcast"
  }

  private static func find() throws -> Lab {
    let environment = ProcessInfo.processInfo.environment
    if environment["BOARDCAST_LAB_ADMIN_URL"] != nil { return Lab(variables: environment) }
    let script = repository + "/scripts/lab"
    let up = Command(script, ["up", "--name", "tests", "--database-only"])
    _ = try up.output(of: up.run())
    let env = Command(script, ["env", "--name", "tests"])
    let lines = try env.output(of: env.run()).split(separator: "\n")
    var variables: [String: String] = [:]
    for line in lines {
      guard let match = line.wholeMatch(of: /export ([A-Z_]+)='(.*)'/) else { continue }
      variables[String(match.output.1)] = String(match.output.2)
    }
    return Lab(variables: variables)
  }
}

/// The lab lacks something a test needs.
public struct LabMissing: Error, CustomStringConvertible {
  /// What is missing.
  public let description: String

  init(_ description: String) { self.description = description }
}
