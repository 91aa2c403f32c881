import BuildEvents
import Foundation
import LabSupport

/// LAVA's own REST on a database, in one long-lived process of LAVA's Python (`Tests/lava/submit.py`).
struct LAVASubmitter: Sendable {
  private let dialogue: Dialogue

  /// Whether the lab's LAVA can be run; said aloud where not, as a skipped test is easily overlooked.
  static let isPossible: Bool = {
    let root = (try? Lab.current.get()["BOARDCAST_LAVA_ROOT"]) ?? ""
    let isThere = FileManager.default.fileExists(atPath: root + "/boardcast/version")
    if !isThere { print("SKIPPED: the differential suite; it needs LAVA's folder (scripts/lab makes it)") }
    return isThere
  }()

  /// What LAVA said.
  enum Answer: Hashable, Sendable {
    /// The job's id, and its row where it was taken back at once.
    case accepted(id: Int64, row: JSONValue?)
    /// LAVA's words.
    case refused(String)
    /// LAVA raised what its REST does not answer.
    case broken(String)

    var row: [String: JSONValue]? {
      guard case .accepted(_, let row) = self else { return nil }
      return row?.objectValue
    }
  }

  /// Starts LAVA on a database of the lab's server.
  ///
  /// - Parameter settings: a JSON object of settings of LAVA's that go before the lab's.
  static func with<Value: Sendable>(
    database: String, settings: String = "{}", _ body: (LAVASubmitter) async throws -> Value
  ) async throws -> Value {
    let script = try String(contentsOfFile: Lab.repository + "/Tests/lava/submit.py", encoding: .utf8)
    let folder = try TemporaryFolder(["submit.py": script])
    let program = "exec(compile(open('/lab/submit.py').read(), 'submit.py', 'exec'), {})"
    let words = try LAVAShell.words(
      ["shell", "-v", "0", "-c", program], settings: LAVAShell.settings(database: database, more: settings),
      root: Lab.current.get()["BOARDCAST_LAVA_ROOT"], folder: folder)
    let submitter = LAVASubmitter(dialogue: try await Dialogue(words))
    do {
      let value = try await body(submitter)
      await submitter.dialogue.end()
      return value
    } catch {
      await submitter.dialogue.end()
      throw error
    }
  }

  /// Submits a text, for good or only to see what LAVA makes of it.
  func submit(_ text: String, keep: Bool) async throws -> Answer {
    let question = JSONValue.object(["keep": .bool(keep), "text": .string(text)]).canonical
    let line = try await dialogue.ask(question)
    // A definition may be deeper or longer than our own doors would read.
    guard let answer = try? JSONDecoder().decode(Line.self, from: Data(line.utf8)) else {
      throw LabSurprise("LAVA's side said what is no answer, to \(text.prefix(300)): \(line.prefix(2_000))")
    }
    if let words = answer.refused { return .refused(words) }
    if let words = answer.broken { return .broken(words) }
    guard let id = answer.id else { return .broken("no answer: \(line)") }
    switch id {
    case .number(let number): return .accepted(id: number, row: answer.row.map(\.value))
    case .text: return .accepted(id: 0, row: nil)
    }
  }

  private struct Line: Decodable {
    let id: ID?
    let row: Row?
    let refused: String?
    let broken: String?
  }

  /// Multinode jobs have texts for ids.
  private enum ID: Decodable {
    case number(Int64)
    case text(String)

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let number = try? container.decode(Int64.self) {
        self = .number(number)
      } else {
        self = .text(try container.decode(String.self))
      }
    }
  }

  private struct Row: Decodable {
    let value: JSONValue

    init(from decoder: any Decoder) throws {
      value = try Self.read(decoder.singleValueContainer())
    }

    private static func read(_ container: any SingleValueDecodingContainer) throws -> JSONValue {
      if container.decodeNil() { return .null }
      if let flag = try? container.decode(Bool.self) { return .bool(flag) }
      if let number = try? container.decode(Int64.self) { return .int(number) }
      if let text = try? container.decode(String.self) { return .string(text) }
      if let items = try? container.decode([Row].self) { return .array(items.map(\.value)) }
      return .object(try container.decode([String: Row].self).mapValues(\.value))
    }
  }
}
