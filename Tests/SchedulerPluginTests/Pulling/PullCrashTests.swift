import BoardInventory
import BuildEvents
import Foundation
import LabSupport
import PostgresClient
import Testing

@testable import SchedulerPlugin

/// Protects fetched builds from a power cut at the two steps that matter: written and not committed, committed and not yet
/// acknowledged to the API. The real program dies by SIGKILL and is started again.
@Suite("A power cut while fetching", .timeLimit(.minutes(5))) struct PullCrashTests {
  /// `serve` on a lab's database; ends with the test.
  private final class Serve: Sendable {
    private let process = Process()
    private let log: URL

    init(_ lab: TestLab, _ folder: TemporaryFolder, crashAt point: CrashPoints.Point?) throws {
      log = URL(fileURLWithPath: folder.path + "/serve-\(UUID().uuidString).log")
      try Data().write(to: log)
      let database = lab.configuration.parameters.map { name, value in
        "\(name)='\(value.replacing("\\", with: "\\\\").replacing("'", with: "\\'"))'"
      }
      process.executableURL = URL(fileURLWithPath: Lab.program)
      process.arguments = [
        "serve", "--database", database.joined(separator: " "), "--listen", "127.0.0.1:0", "--config-dir", folder.path,
      ]
      var environment = ProcessInfo.processInfo.environment
      environment["BOARDCAST_CRASH_AT"] = point?.rawValue ?? ""
      environment["BOARDCAST_SHARE"] = Lab.repository
      process.environment = environment
      process.standardInput = FileHandle.nullDevice
      process.standardOutput = try FileHandle(forWritingTo: log)
      process.standardError = process.standardOutput
      try ProgramStart.run(process)
    }

    deinit { end() }

    var text: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }
    var isRunning: Bool { process.isRunning }
    var signal: Int32? { process.terminationReason == .uncaughtSignal ? process.terminationStatus : nil }
    func end() { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
  }

  @Test("Every build is an event once", arguments: [CrashPoints.Point.kept, .committed])
  func killed(_ point: CrashPoints.Point) async throws {
    try await TestLab.with(boards: ["qemu-01"]) { lab in
      try await KernelCIDouble.with { api, address in
        let folder = try TemporaryFolder(["producers/api.token": KernelCIDouble.token])
        try folder.write(
          "producers/mainline.yaml",
          """
          source: mainline
          producer: kernelci
          user: ci-bot
          pull: {api: '\(address)', token_file: api.token, since: all}
          \(HookCase.map)
          """)
        await api.build("a1")
        await api.build("a2")
        let first = try Serve(lab, folder, crashAt: point)
        let hasEnded = await eventually(.seconds(90)) { !first.isRunning }
        #expect(hasEnded, "\(first.text)")
        #expect(first.signal == SIGKILL, "\(first.text)")
        #expect(try await lab.count(Pulling.events) == (point == .kept ? 0 : 1))
        let second = try Serve(lab, folder, crashAt: nil)
        let isWhole = try await eventually(.seconds(90)) { try await lab.count(Pulling.events) == 2 }
        #expect(isWhole, "\(second.text)")
        // The jobs come by themselves.
        let hasJobs = try await eventually(.seconds(60)) { try await lab.assignments().count == 2 }
        #expect(hasJobs, "\(second.text)")
        #expect(try await lab.count(Pulling.builds) == 2)
        #expect(try await lab.pulls().map(\.taken) == [2])
        second.end()
      }
    }
  }
}
