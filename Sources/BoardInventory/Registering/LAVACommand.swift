import Foundation

/// LAVA's own management command, through which everything is done that changes a row LAVA has.
public struct LAVACommand: Hashable, Sendable {
  /// Debian's.
  public static let standard = ["lava-server", "manage"]

  /// The program and its first words.
  public let words: [String]

  /// A command; nothing is run yet.
  public init(words: [String]) { self.words = words }

  /// The words of a command that is written as one text, or given as a list.
  public static func words(of texts: [String]) -> [String] {
    guard texts.count == 1, let text = texts.first else { return texts }
    return text.split(separator: " ").map(String.init)
  }

  /// What a run left behind.
  public struct Outcome: Hashable, Sendable {
    /// The exit code; negative for a signal.
    public let status: Int32
    /// Standard output.
    public let output: String
    /// Standard error.
    public let complaint: String

    /// The last line that says something: Django puts the reason there, after whatever stack it shows.
    public var reason: String {
      let lines = (complaint + "\n" + output).split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
      let said = complaint.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.last { !$0.isEmpty }
      return said ?? lines.last { !$0.isEmpty } ?? "it ended \(status) and said nothing"
    }
  }

  /// The program is not there.
  public struct Missing: Error, Hashable, Sendable, CustomStringConvertible {
    /// One line with the mend.
    public let description: String
  }

  /// As somebody would type it.
  public func line(_ arguments: [String]) -> String { (words + arguments).map(Self.quoted).joined(separator: " ") }

  /// The program's path; nil when it is not there.
  public var program: String? {
    guard let name = words.first else { return nil }
    if name.contains("/") { return FileManager.default.isExecutableFile(atPath: name) ? name : nil }
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
    return folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// Runs it to its end; at most two minutes. Throws `Missing`, or what the system says.
  public func run(_ arguments: [String]) async throws -> Outcome {
    guard let program else {
      throw Missing(
        description:
          "LAVA's command '\(words.joined(separator: " "))' is not here; name it with --lava-manage, or run by "
          + "hand where LAVA is")
    }
    let arguments = Array(words.dropFirst()) + arguments
    return try await withCheckedThrowingContinuation { continuation in
      DispatchQueue.global().async {
        continuation.resume(with: Result { try Self.runAndWait(program, arguments) })
      }
    }
  }

  private static func runAndWait(_ program: String, _ arguments: [String]) throws -> Outcome {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("boardcast-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(at: folder) }
    // Through files, so that no pipe can fill up.
    let files = ["out", "err"].map(folder.appendingPathComponent)
    for file in files { _ = FileManager.default.createFile(atPath: file.path, contents: nil) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: files[0])
    process.standardError = try FileHandle(forWritingTo: files[1])
    try ProgramStart.run(process)
    let patience = DispatchWorkItem { process.terminate() }
    DispatchQueue.global().asyncAfter(deadline: .now() + 120, execute: patience)
    process.waitUntilExit()
    patience.cancel()
    return Outcome(
      status: process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus,
      output: String(decoding: try Data(contentsOf: files[0]), as: UTF8.self),
      complaint: String(decoding: try Data(contentsOf: files[1]), as: UTF8.self))
  }

  private static func quoted(_ word: String) -> String {
    if !word.isEmpty, word.wholeMatch(of: #/[-_.,/:=@+%a-zA-Z0-9]+/#) != nil { return word }
    return "'" + word.replacing("'", with: #"'\''"#) + "'"
  }
}
