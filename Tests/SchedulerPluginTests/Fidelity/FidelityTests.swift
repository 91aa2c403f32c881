import BoardInventory
import BuildEvents
import Foundation
import LabSupport
import PostgresClient
import Testing

@testable import SchedulerPlugin

/// Protects the claim of docs/fidelity.md: from the same definition LAVA's own submission and ours make the same rows in
/// every table, or both refuse it, in LAVA's words.
///
/// `BOARDCAST_FIDELITY=all` has all of the large corpora, `BOARDCAST_FIDELITY=yaml,schema` only those named (`schema`,
/// `yaml`, `database`, `samples`, `templates`, `generated`); `BOARDCAST_SEED` repeats a run.
@Suite("What LAVA would have written", .enabled(if: LAVASubmitter.isPossible))
struct FidelityTests {
  private static let asked = Set(
    (ProcessInfo.processInfo.environment["BOARDCAST_FIDELITY"] ?? "").split(separator: ",").map(String.init))
  private static let seed =
    ProcessInfo.processInfo.environment["BOARDCAST_SEED"].flatMap { UInt64($0) }
    // Chance is for the long run; the short one is the same every time.
    ?? (asked.contains("all") ? UInt64.random(in: 0..<1_000_000) : 7)

  /// One case after both sides had it.
  private struct Result {
    let item: FidelityCase
    let ours: FidelityLab.Ours
    let verdict: FidelityVerdict
  }

  @Test("The same rows or the same refusal, for every definition of every corpus", .timeLimit(.minutes(60)))
  func everything() async throws {
    let all = FidelityCorpus.cases(
      seed: Self.seed, isWhole: Self.asked.contains("all"), only: Self.asked.subtracting(["all"]))
    let cases = all.filter { !$0.isTemplate }
    try await FidelityLab.with(cases) { lab in
      let rules = SubmissionRules(try await lab.ours.withSession { try LAVATables.read($0) })
      let begun = ContinuousClock.now
      let ours = try await lab.write(cases)
      let written = ContinuousClock.now
      var results: [Result] = []
      var jobs: (ours: [Int64: String], theirs: [Int64: String]) = ([:], [:])
      try await LAVASubmitter.with(database: lab.theirDatabase) { lava in
        for (item, mine) in zip(cases, ours) {
          let trial = try await lava.submit(item.text, keep: false)
          var verdict = FidelityVerdict(mine, item.mistake(rules), trial, rules)
          if verdict == .queued, case .queued(let id, let definition) = mine {
            // The board stands in the text that we write; that text is what LAVA is given for good.
            let kept = try await lava.submit(definition, keep: true)
            if case .accepted(let theirs, _) = kept {
              jobs.ours[id] = item.name
              jobs.theirs[theirs] = item.name
              if let difference = pinning(item, trial.row ?? [:], definition, rules) {
                verdict = .wrong(difference)
              }
            } else {
              verdict = .wrong("LAVA refuses the text with the board in it: \(kept)")
            }
          }
          results.append(Result(item: item, ours: mine, verdict: verdict))
        }
      }
      print("fidelity: our side \(begun.duration(to: written)), LAVA's \(written.duration(to: .now))")
      report(results, rules, leftOut: all.count - cases.count)
      try await compare(lab, jobs)
    }
  }

  /// The board is all that we add: LAVA's own text of the definition, and ours without the board, are the same bytes.
  private func pinning(
    _ item: FidelityCase, _ row: [String: JSONValue], _ definition: String, _ rules: SubmissionRules
  ) -> String? {
    guard let job = item.loaded else { return "it cannot be read" }
    let plain = job.dumped(sortedKeys: rules == .lava2023_01)
    guard row["definition"] == .string(plain) else {
      return "LAVA's text is \(row["definition"] ?? .null), ours \(plain)"
    }
    let type = item.deviceType ?? FidelityLab.usualType
    let route = BoardRoute(rules)
    let marked = route.marked(job).dumped(sortedKeys: rules == .lava2023_01)
    guard definition == route.definition(marked, for: FidelityLab.board(type)) else {
      return "the board is not all that was added: \(definition)"
    }
    return nil
  }

  private func report(_ results: [Result], _ rules: SubmissionRules, leftOut: Int) {
    for result in results {
      if case .wrong(let why) = result.verdict {
        Issue.record("\(result.item.name) (seed \(Self.seed)): \(why)")
      }
    }
    let corpora = Dictionary(grouping: results, by: \.item.corpus).map { name, some in
      let queued = some.count { $0.verdict == .queued }
      return "\(name) \(some.count) (\(queued) queued)"
    }
    let verdicts = Dictionary(grouping: results, by: \.verdict).mapValues(\.count)
    func count(_ verdict: FidelityVerdict) -> Int { verdicts[verdict] ?? 0 }
    var strict: [String] = []
    var own: [String] = []
    for (verdict, number) in verdicts {
      if case .stricter(let why) = verdict { strict.append("\(why.rawValue) \(number)") }
      if case .refusedForOwnReason(let why) = verdict { own.append("\(why) \(number)") }
    }
    print(
      """
      fidelity \(rules), seed \(Self.seed): definitions tried \(results.count): \(corpora.sorted().joined(separator: ", "))
        queued by both \(count(.queued))
        refusals equal \(count(.refusedAlike)), of several missing keys another one named \(count(.refusedAlikeByLot)), \
      at the same place \(count(.refusedAtSamePlace))
        refused by both, ours for a reason of our own: \(own.sorted().joined(separator: ", "))
        refused by the REST framework before LAVA looks, and by us \(count(.refusedByREST)); \
      LAVA ends with an internal error, we refuse \(count(.brokeLAVA))
        refused only here: \(strict.sorted().joined(separator: ", ")); the board lacks a tag \(count(.boardLacksTag))
        left out, as they hold Stencil's own marks: \(leftOut)
      """)
  }

  private func compare(_ lab: FidelityLab, _ jobs: (ours: [Int64: String], theirs: [Int64: String])) async throws {
    let (ours, theirs) = (jobs.ours, jobs.theirs)
    let mine = try await lab.ours.withSession { try FidelityTables.read(jobs: ours, $0) }
    let their = try await lab.theirs.withSession { try FidelityTables.read(jobs: theirs, $0) }
    #expect(mine.rows.keys.sorted() == their.rows.keys.sorted())
    var different = 0
    for (table, rows) in their.rows.sorted(by: { $0.key < $1.key }) where mine.rows[table] != rows {
      let own = Set(mine.rows[table] ?? [])
      let lava = Set(rows)
      let (extra, lacking) = (own.subtracting(lava), lava.subtracting(own))
      different += max(extra.count, lacking.count)
      for (left, right) in zip(extra.sorted(by: order), lacking.sorted(by: order)).prefix(5) {
        let columns = Set(left.keys).union(right.keys).filter { left[$0] != right[$0] }.sorted()
        let words = columns.map { "\($0): ours \(left[$0] as Any), LAVA's \(right[$0] as Any)" }
        Issue.record("\(table), \((left["id"] ?? nil) ?? "-"): \(words.joined(separator: "; "))")
      }
      if extra.count != lacking.count || (mine.rows[table] ?? []).count != rows.count {
        Issue.record(
          "\(table): \(extra.count) rows only here, \(lacking.count) only LAVA's: \(extra.first as Any) \(lacking.first as Any)"
        )
      }
    }
    print("  rows compared \(their.count) in \(their.rows.count) tables, different \(different)")
    #expect(!jobs.ours.isEmpty)
  }

  private func order(_ left: [String: String?], _ right: [String: String?]) -> Bool {
    ((left["id"] ?? nil) ?? "") < ((right["id"] ?? nil) ?? "")
  }
}
