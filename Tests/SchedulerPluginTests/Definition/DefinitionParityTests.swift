import Foundation
import Testing

@testable import SchedulerPlugin

/// Protects the promise that a definition means here what it means to LAVA: the same texts accepted, the same refused
/// in the same words, the same text stored.
@Suite("Definitions against LAVA's own Python", .enabled(if: !LAVAPython.installed.isEmpty))
struct DefinitionParityTests {
  private struct Ours {
    var loading: DefinitionMistake?
    var checking: DefinitionMistake?
    var definition: JobDefinition?

    init(_ text: String, _ rules: SubmissionRules = .lava2023_01) {
      do {
        let definition = try JobDefinition.load(text)
        self.definition = definition
        do {
          try definition.check(against: rules, extraContextVariables: ["lab_variable"])
        } catch {
          checking = error
        }
      } catch {
        loading = error
      }
    }

    func question(_ text: String) -> LAVAPython.Question {
      .init(text: text, sorted: definition?.dumped(sortedKeys: true), ordered: definition?.dumped(sortedKeys: false))
    }
  }

  @Test("Jobs: the same accepted, the same refused, in the same words", arguments: LAVAPython.installed)
  func jobs(python: LAVAPython) async throws {
    let cases = JobCase.jobs + JobCase.actions + JobCase.newer
    let ours = cases.map { Ours($0.text, python.rules) }
    let answers = try await python.ask(zip(cases, ours).map { $1.question($0.text) })
    var accepted = 0
    var refused = 0
    var words = 0
    var onPurpose = 0
    for ((job, mine), lava) in zip(zip(cases, ours), answers) {
      let mistake = mine.loading ?? mine.checking
      switch job.kind {
      case .same:
        #expect(
          (mistake == nil) == (lava.loading == nil && lava.problems.isEmpty),
          "\(job.name): \(String(describing: mistake)) \(lava)")
        if mistake == nil {
          accepted += 1
          #expect(mine.definition?.queueTimeoutSeconds.map(Double.init) == lava.queue, "\(job.name)")
          #expect(try isSameJSON(mine.definition?.metadataJSON, lava.metadata), "\(job.name)")
        } else {
          refused += 1
          if isSameMessage(mistake, lava.problems) {
            words += 1
          } else if !isSameBadKey(mistake, lava.problems) || python.rules == .lava2023_01 {
            Issue.record("\(job.name): ours \(mistake?.message ?? "-"), LAVA's \(lava.problems)")
          }
        }
      case .stricter:
        onPurpose += 1
        #expect(
          mistake != nil && lava.loading == nil && lava.problems.isEmpty,
          "\(job.name): \(String(describing: mistake)) \(lava)")
      case .internalError:
        onPurpose += 1
        #expect(mistake != nil && lava.problems.first?.hasPrefix("internal error") == true, "\(job.name)")
      }
    }
    print(
      "\(python.rules) jobs: \(cases.count); accepted by both \(accepted), refused by both \(refused), "
        + "in the same words \(words), refused only here on purpose \(onPurpose)")
  }

  /// Several missing keys come in the order of a Python set, which changes from run to run.
  private func isSameMessage(_ mistake: DefinitionMistake?, _ problems: [String]) -> Bool {
    guard let message = mistake?.message, let first = problems.first else { return false }
    let missing = "required key not provided"
    return message == first || (message.hasPrefix(missing) && first.hasPrefix(missing) && problems.contains(message))
  }

  /// voluptuous 0.16, which comes with 2026.10, words an odd key by what the key should have been, in up to 45 names;
  /// the words of 0.12 are kept for both, at the same place.
  private func isSameBadKey(_ mistake: DefinitionMistake?, _ problems: [String]) -> Bool {
    guard let mistake, let path = mistake.path, mistake.message.hasPrefix("extra keys not allowed") else {
      return false
    }
    return problems.first?.hasSuffix(" @ " + path) == true
  }

  private func isSameJSON(_ left: String?, _ right: String?) throws -> Bool {
    let values = try [left, right].map {
      try JSONSerialization.jsonObject(with: Data(($0 ?? "").utf8)) as? NSDictionary
    }
    return values[0] != nil && values[0] == values[1]
  }

  @Test("YAML: read alike, written byte for byte alike", arguments: LAVAPython.installed)
  func yaml(python: LAVAPython) async throws {
    let texts =
      YAMLCorpus.scalars.map { "k: \($0)\n" } + YAMLCorpus.scalars.map { "- {\($0): v}\n" }.map { "l:\n" + $0 }
      + YAMLCorpus.documents + (JobCase.jobs + JobCase.actions).map(\.text)
    let ours = texts.map { Ours($0, python.rules) }
    let questions = zip(texts, ours).map { $1.question($0) }
    let answers = try await python.ask(questions)
    var loaded = 0
    var refused = 0
    var words = 0
    var sorted = 0
    var ordered = 0
    for ((question, mine), lava) in zip(zip(questions, ours), answers) {
      // A top level that is no mapping loads in Python and fails in the schema.
      if lava.problems == ["expected a dictionary"] { continue }
      if let problem = lava.loading {
        #expect(mine.loading != nil, "LAVA cannot load (\(problem)): \(question.text.debugDescription)")
        refused += 1
        if mine.loading?.message.contains(problem) == true { words += 1 }
        continue
      }
      guard mine.loading == nil else {
        Issue.record("only we refuse \(question.text.debugDescription): \(mine.loading?.description ?? "")")
        continue
      }
      loaded += 1
      #expect(
        lava.sameSorted && lava.sameOrdered,
        "another value: \(question.text.debugDescription) \(question.ordered ?? "")")
      if question.sorted == lava.sorted { sorted += 1 }
      if question.ordered == lava.ordered { ordered += 1 }
      #expect(question.sorted == lava.sorted, "\(question.text.debugDescription)")
      #expect(question.ordered == lava.ordered, "\(question.text.debugDescription)")
    }
    print(
      "\(python.rules) yaml: \(texts.count); loaded by both \(loaded), "
        + "dumps equal: sorted \(sorted), in order \(ordered); refused by both \(refused), with libyaml's words \(words)"
    )
  }

  @Test("What only we refuse is what PyYAML does take", arguments: LAVAPython.installed)
  func stricter(python: LAVAPython) async throws {
    let answers = try await python.ask(YAMLCorpus.stricter.map { Ours($0).question($0) })
    for (text, lava) in zip(YAMLCorpus.stricter, answers) {
      #expect(lava.loading == nil, "PyYAML refuses \(text.debugDescription) too: \(lava.loading ?? "")")
      #expect(Ours(text).loading != nil, "we take \(text.debugDescription)")
    }
  }
}
