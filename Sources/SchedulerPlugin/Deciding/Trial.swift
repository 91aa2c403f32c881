internal import BoardInventory
public import BuildEvents
public import Matcher
public import PostgresClient

/// What an event would do now: the same decision that `serve` makes, and nothing written.
public struct Trial: Sendable {
  /// A line per rule and board.
  public let lines: [Line]
  /// Why rules would ignore the event, a line each.
  public let ignoring: [String]
  /// The jobs that would be queued now.
  public let jobs: [(rule: String, board: String, definition: String)]

  /// What one board would get from one rule.
  public struct Line: Hashable, Sendable {
    /// The rule's name.
    public let rule: String
    /// LAVA's hostname of the board.
    public let board: String
    /// LAVA's device type of the board.
    public let deviceType: String
    /// Whether the board would get an assignment.
    public let isCompatible: Bool
    /// Whether its job would be queued at once.
    public let wouldQueue: Bool
    /// Why not, or why not yet.
    public let reasons: [Reason]
  }

  /// - Parameters:
  ///   - user: a LAVA user's name whose permissions count; nil counts none.
  ///   - terms: on what terms its jobs would be submitted.
  /// Throws `NotALAVADatabase`, or what PostgreSQL throws.
  public static func run(
    _ event: BuildEvent, files: LabFiles, user: String?, terms: SubmissionTerms = SubmissionTerms(),
    _ session: borrowing PostgresSession
  ) throws -> Trial {
    let lab = try LabSnapshot.read(session, catalogue: files.catalogue)
    let userID = try user.flatMap { name in
      try session.query(userByName, [.text(name)]).first { try $0.int("id") } ?? -1
    }
    let lava = try SubmissionFacts.read(userID: userID, settings: terms.lava, session)
    let submitters = try lava.read(submitters: Decider.submitters(files.rules, of: event), session)
    let decider = Decider(
      rules: files.rules, templates: files.templates, lab: lab, lava: lava, deviceTrees: files.catalogue.deviceTrees,
      submitters: submitters, grants: terms.grants)
    let decisions = decider.decide(event, id: 0)
    var lines: [Line] = []
    var jobs: [(rule: String, board: String, definition: String)] = []
    for decision in decisions {
      let shapes = Dictionary(
        decision.assignments.map { ($0.board, decision.shapes[$0.shape]) }, uniquingKeysWith: { first, _ in first })
      for board in lab.boards.map(\.board) {
        guard let shape = shapes[board.hostname] else {
          lines.append(
            Line(
              rule: decision.rule, board: board.hostname, deviceType: board.deviceType, isCompatible: false,
              wouldQueue: false,
              reasons: decision.summary.reasons(board: board.hostname, deviceType: board.deviceType)))
          continue
        }
        let now = board.availability.kind == .ready || board.availability.kind == .busy
        lines.append(
          Line(
            rule: decision.rule, board: board.hostname, deviceType: board.deviceType, isCompatible: true,
            wouldQueue: now, reasons: now ? [] : board.availability.facts.map(Reason.init)))
        if now {
          let definition = shape.route.definition(shape.definition, for: board.hostname)
          jobs.append((decision.rule, board.hostname, definition))
        }
      }
    }
    let ignoring = files.rules.sorted { $0.name < $1.name }.compactMap { rule -> String? in
      guard case .ignores(let why) = rule.answer(to: event) else { return nil }
      return "rule \(rule.name) ignores it: \(why)"
    }
    return Trial(lines: lines, ignoring: ignoring, jobs: jobs)
  }

  private static let userByName: SQL = "SELECT id FROM auth_user WHERE username = $1"

  /// The trial for machines. Keys are only ever added.
  public var json: JSONValue {
    [
      "boards": .array(
        lines.map {
          .object([
            "rule": .string($0.rule), "board": .string($0.board), "device_type": .string($0.deviceType),
            "compatible": .bool($0.isCompatible), "would_queue": .bool($0.wouldQueue),
            "reasons": DecisionSummary.json($0.reasons),
          ])
        }),
      "ignoring": .array(ignoring.map(JSONValue.string)),
      "jobs": .array(
        jobs.map {
          .object(["rule": .string($0.rule), "board": .string($0.board), "definition": .string($0.definition)])
        }),
    ]
  }
}
