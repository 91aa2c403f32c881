import BuildEvents
import Matcher

@testable import SchedulerPlugin

/// How one case ended on both sides.
enum FidelityVerdict: Hashable, Sendable {
  /// Both have a job; the rows are compared at the end.
  case queued
  /// Both refuse, in LAVA's words.
  case refusedAlike
  /// Both refuse, of several missing keys another one is named: LAVA names one by lot (a set of Python's).
  case refusedAlikeByLot
  /// Both refuse at the same place of the definition; LAVA's own words depend on the release of a library.
  case refusedAtSamePlace
  /// Both refuse; ours is a rule of our own, which is looked at first.
  case refusedForOwnReason(String)
  /// LAVA takes it, and we do not, on purpose.
  case stricter(Strictness)
  /// Both refuse; LAVA's REST does so before LAVA sees the text, XML-RPC has the same words as we.
  case refusedByREST
  /// LAVA ends with an internal error, we refuse.
  case brokeLAVA
  /// LAVA takes it for another board of the type; ours lacks a tag.
  case boardLacksTag
  /// Neither: this must not be.
  case wrong(String)
}

extension FidelityVerdict {
  /// - Parameters:
  ///   - ours: what became of it here.
  ///   - mistake: what is wrong with it by our own reading alone.
  ///   - lava: what LAVA says of the very text.
  init(
    _ ours: FidelityLab.Ours, _ mistake: DefinitionMistake?, _ lava: LAVASubmitter.Answer, _ rules: SubmissionRules
  ) {
    let words: String
    let strictness: Strictness?
    switch ours {
    case .queued:
      if case .accepted = lava { self = .queued } else { self = .wrong("we queue what LAVA answers with \(lava)") }
      return
    case .noTemplate(let text): (words, strictness) = (text, mistake?.strictness)
    case .refused(let reason):
      if reason.code == .tag {
        switch lava {
        case .accepted: self = .boardLacksTag
        case .refused: self = .refusedForOwnReason("tag")
        case .broken: self = .brokeLAVA
        }
        return
      }
      (words, strictness) = (reason.detail, mistake?.strictness ?? Self.strictness(of: reason.detail))
    }
    switch lava {
    case .accepted:
      self = strictness.map(FidelityVerdict.stricter) ?? .wrong("only we refuse it: \(words)")
    case .broken: self = .brokeLAVA
    case .refused(let theirs):
      if theirs == "This field may not be blank." || theirs == "Null characters are not allowed." {
        self = .refusedByREST
      } else if theirs.normalizedYAML.contains(Self.message(words)) {
        self = .refusedAlike
      } else if Self.isMissingKey(words), Self.isMissingKey(theirs) {
        self = .refusedAlikeByLot
      } else if let strictness {
        self = .refusedForOwnReason(strictness.rawValue)
      } else if theirs.contains(#/Device tag '.*' does not exist in the database/#) {
        // Of two mistakes LAVA names the tag first; ours are found where the board is.
        self = .refusedForOwnReason("before the tag")
      } else if let path = mistake?.path, rules == .lava2026_10, words.contains("extra keys not allowed"),
        theirs.contains(" @ " + path)
      {
        self = .refusedAtSamePlace
      } else {
        self = .wrong("we say \(words), LAVA says \(theirs)")
      }
    }
  }

  /// What needs the board: these two are found where the shape is made.
  private static func strictness(of detail: String) -> Strictness? {
    if detail.contains("write {{ device_type|yaml }}") { return .otherDeviceType }
    if detail.contains("leave 'device' and 'worker' to Boardcast") { return .namesBoard }
    if detail.contains("the job contains 'board+to+be+named' itself") { return .placeholder }
    return nil
  }

  /// Our words without the template's path and line.
  private static func message(_ words: String) -> String {
    var text = words[...]
    if let match = text.prefixMatch(of: #/.*?/case-\d+\.yaml: /#) { text = text[match.range.upperBound...] }
    if let match = text.prefixMatch(of: #/line \d+: /#) { text = text[match.range.upperBound...] }
    return String(text)
  }

  private static func isMissingKey(_ words: String) -> Bool { words.contains("required key not provided @ ") }
}

extension String {
  /// PyYAML's words without the places and excerpts that it puts between them.
  fileprivate var normalizedYAML: String {
    var lines: [Substring] = []
    for line in split(separator: "\n") where line.prefixMatch(of: #/ +(in "<|\^)/#) == nil {
      lines.append(line.trimmingPrefix(#/ +/#))
    }
    // An excerpt stands in double quotes or is the line itself, so it is left where it is: only the words are looked for.
    return lines.joined(separator: ", ").replacing(#/,? *in "<unicode string>", line \d+, column \d+:?/#, with: "")
  }
}
