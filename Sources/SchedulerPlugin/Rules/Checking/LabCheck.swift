public import BoardInventory
public import BuildEvents
internal import Matcher
public import PostgresClient

/// Holds the rules against the lab at hand: could each ever make a job, do the names it uses exist, does its template
/// serve the lab's boards, and is it the only one of its kind?
public struct LabCheck: Sendable {
  /// What was found, by rule.
  public let findings: [Finding]
  /// What each rule's example would make now.
  public let estimates: [Estimate]

  /// One thing that is not as it should be.
  public struct Finding: Hashable, Sendable {
    /// The rule's name; empty where the lab itself is meant.
    public let rule: String
    /// Whether the rule cannot work as it is written; else it works, but perhaps not as it was meant.
    public let isMistake: Bool
    /// What it is, where, and how to mend it.
    public let what: FileMistake
  }

  /// What one rule's example would make of the lab as it is now, limits left out.
  public struct Estimate: Hashable, Sendable {
    /// The rule's name.
    public let rule: String
    /// The architecture of the example; nil when it has none.
    public let architecture: String?
    /// Jobs that could be queued at once.
    public let jobs: Int
    /// Assignments that would wait for their boards.
    public let waiting: Int
  }

  /// Reads the lab and checks; writes nothing. Call it inside one REPEATABLE READ transaction.
  ///
  /// - Parameter terms: on what terms jobs are submitted.
  ///
  /// Throws `NotALAVADatabase`, or what PostgreSQL throws.
  public static func run(
    _ files: LabFiles, terms: SubmissionTerms = SubmissionTerms(), _ session: borrowing PostgresSession
  ) throws -> LabCheck {
    let lab = try LabSnapshot.read(session, catalogue: files.catalogue)
    let lava = try SubmissionFacts.read(userID: nil, settings: terms.lava, session)
    var users: Set<String> = []
    try session.query("SELECT username FROM auth_user WHERE is_active").forEach {
      users.insert(try $0.string("username"))
    }
    var submitters: [String: SubmissionFacts] = [:]
    let named = Set(files.rules.compactMap { plan(of: $0)?.submitter })
    for (name, facts) in try lava.read(submitters: named, session) { submitters[name] = facts }
    return LabCheck(
      files, lab: lab, types: try LAVATypes.read(session), users: users, lava: lava, submitters: submitters,
      grants: terms.grants)
  }

  /// Checks against facts that were read. Pure.
  init(
    _ files: LabFiles, lab: LabSnapshot, types: LAVATypes, users: Set<String>, lava: SubmissionFacts,
    submitters: [String: SubmissionFacts], grants: SubmitterGrants = .none
  ) {
    let names = NamesCheck(lab: lab, types: types, users: users, groups: lava.groups ?? [], grants: grants)
    let reach = ReachCheck(files: files, lab: lab, lava: lava, submitters: submitters)
    var findings: [Finding] = []
    var estimates: [Estimate] = []
    for rule in files.rules.sorted(by: { $0.name < $1.name }) {
      guard let plan = Self.plan(of: rule) else { continue }
      findings += names.findings(rule, plan)
      let result = reach.check(rule, plan)
      findings += result.findings
      estimates += result.estimates
    }
    findings += DoublesCheck(lab: lab).findings(files.rules)
    if lab.boards.isEmpty {
      let what = FileMistake(file: "the lab", message: "LAVA has no boards yet, so no rule makes a job")
      findings.append(Finding(rule: "", isMistake: false, what: what))
    }
    self.findings = findings.sorted { ($0.rule, $0.isMistake ? 0 : 1) < ($1.rule, $1.isMistake ? 0 : 1) }
    self.estimates = estimates
  }

  /// What a rule wants done; nil for a rule in Swift without an example.
  static func plan(of rule: any Rule) -> TestPlan? {
    if let declared = rule.declaration { return declared.plan }
    guard let example = rule.example, case .tests(let plan) = rule.answer(to: example) else { return nil }
    return plan
  }
}

extension Rule {
  /// The rule as conditions and a plan, if it is made of them.
  var declaration: DeclaredRule? { (self as? DeclaredRule) ?? (self as? ComposedRule)?.declared }
}

extension LabCheck.Finding {
  /// A finding at the first line of the rule's file that holds a word; without a line if none does.
  init(
    _ rule: any Rule, isMistake: Bool = false, near word: String? = nil, _ message: String, mend: String? = nil
  ) {
    let file = (rule as? DeclaredRule)?.file
    let line = file.flatMap { file in word.flatMap { RuleText.line(of: $0, in: file) } }
    self.init(
      rule: rule.name, isMistake: isMistake,
      what: FileMistake(file: file ?? "rule \(rule.name)", line: line, message: message, mend: mend))
  }
}

extension LabCheck.Estimate: CustomStringConvertible {
  /// One line.
  public var description: String {
    let image = architecture.map { " (\($0))" } ?? ""
    let later = waiting > 0 ? ", and \(waiting) when their boards are back" : ""
    return "\(rule)\(image) would make \(jobs) job\(jobs == 1 ? "" : "s") now\(later)"
  }

  /// For machines. Keys are only ever added.
  public var json: JSONValue {
    [
      "rule": .string(rule), "arch": architecture.map(JSONValue.string) ?? .null, "jobs": .int(Int64(jobs)),
      "waiting": .int(Int64(waiting)),
    ]
  }
}
