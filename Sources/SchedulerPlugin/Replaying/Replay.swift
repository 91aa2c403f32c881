internal import BoardInventory
internal import BuildEvents
internal import Matcher
public import PostgresClient

/// Past events decided once more, on today's inventory, with the rules in force and with another set. Writes nothing.
///
/// Counts what each event would be assigned; limits, windows and newer builds decide when those jobs run, or whether
/// at all, and are left out. The templates are the same on both sides.
public struct Replay: Sendable {
  /// How many events were replayed.
  public let events: Int
  /// A line per event and rule that makes a job on either side, ordered by event and rule.
  public let lines: [Line]
  /// Whether there is another set of rules.
  public let hasOther: Bool

  /// One event under one rule.
  public struct Line: Hashable, Sendable {
    /// The event's number.
    public let event: Int64
    /// Who built, and what: source and build id.
    public let build: String
    /// The rule's name.
    public let rule: String
    /// With the rules in force.
    public let current: Work
    /// With the other rules.
    public let other: Work
    /// Jobs (board and template) that only the other rules make.
    public let added: Int
    /// Jobs that only the rules in force make.
    public let removed: Int
  }

  /// Some jobs and what they take.
  public struct Work: Hashable, Sendable {
    /// How many jobs.
    public internal(set) var jobs = 0
    /// Board-hours of the jobs whose length can be told from LAVA's finished jobs.
    public internal(set) var hours = 0.0
    /// How many jobs LAVA's past says nothing about.
    public internal(set) var jobsOfUnknownLength = 0
  }

  /// Replays; call it inside one read-only REPEATABLE READ transaction.
  ///
  /// - Parameters:
  ///   - seconds: how far back events count, by their arrival.
  ///   - terms: on what terms jobs are submitted.
  ///   - other: the checked-in files with the other rules; nil replays the rules in force alone.
  /// - Throws: `NotALAVADatabase`, or what PostgreSQL throws.
  public static func run(
    last seconds: Int, files: LabFiles, other: LabFiles?, terms: SubmissionTerms = SubmissionTerms(),
    _ session: borrowing PostgresSession
  ) throws -> Replay {
    let lab = try LabSnapshot.read(session, catalogue: files.catalogue)
    let lengths = try JobLengths.read(session)
    let ids = try session.query(since, [.int8(Int64(seconds))]).map { Int64(try $0.int("id")) }
    var lava: [Int: SubmissionFacts] = [:]
    var lines: [Line] = []
    for id in ids {
      guard let stored = try EventStore.event(id, session) else { continue }
      let facts =
        try lava[stored.senderID]
        ?? SubmissionFacts.read(userID: stored.senderID, settings: terms.lava, session)
      lava[stored.senderID] = facts
      func jobs(_ all: [any Rule], _ session: borrowing PostgresSession) throws -> [String: Set<Job>] {
        let rules = stored.scope.admitting(all, sender: stored.senderName)
        let decider = Decider(
          rules: rules, templates: files.templates, lab: lab, lava: facts, deviceTrees: files.catalogue.deviceTrees,
          submitters: try facts.read(submitters: Decider.submitters(rules, of: stored.event), session),
          grants: terms.grants)
        return Dictionary(
          decider.decide(stored.event, id: id).map { ($0.rule, Job.all($0)) }, uniquingKeysWith: { first, _ in first })
      }
      let current = try jobs(files.rules, session)
      let new = try other.map { try jobs($0.rules, session) } ?? [:]
      for rule in Set(current.keys).union(new.keys).sorted() {
        let (old, new) = (current[rule] ?? [], new[rule] ?? [])
        guard !old.isEmpty || !new.isEmpty else { continue }
        lines.append(
          Line(
            event: id, build: "\(stored.event.source) \(stored.event.buildID)", rule: rule,
            current: Work(old, lengths), other: Work(new, lengths), added: new.subtracting(old).count,
            removed: old.subtracting(new).count))
      }
    }
    return Replay(events: ids.count, lines: lines, hasOther: other != nil)
  }

  /// All the lines' work with the rules in force, and with the other ones.
  public var totals: (current: Work, other: Work) {
    lines.reduce(into: (current: Work(), other: Work())) { sums, line in
      sums.current.add(line.current)
      sums.other.add(line.other)
    }
  }

  private static let since: SQL = """
    SELECT id FROM boardcast.event
     WHERE received_at >= now() - $1 * interval '1 second' AND status = 'success' ORDER BY id
    """
}

/// A job as far as two sets of rules can be compared.
private struct Job: Hashable {
  let board: String
  let deviceType: String
  let template: String

  static func all(_ decision: RuleDecision) -> Set<Job> {
    Set(
      decision.assignments.map {
        Job(board: $0.board, deviceType: $0.deviceType, template: decision.shapes[$0.shape].template)
      })
  }
}

extension Replay.Work {
  fileprivate init(_ jobs: Set<Job>, _ lengths: JobLengths) {
    self.jobs = jobs.count
    for job in jobs {
      if let seconds = lengths.seconds(deviceType: job.deviceType, template: job.template) {
        hours += seconds / 3600
      } else {
        jobsOfUnknownLength += 1
      }
    }
  }

  fileprivate mutating func add(_ other: Self) {
    jobs += other.jobs
    hours += other.hours
    jobsOfUnknownLength += other.jobsOfUnknownLength
  }
}
