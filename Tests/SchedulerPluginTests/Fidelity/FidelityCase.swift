import Foundation

@testable import SchedulerPlugin

/// One job definition that is given to LAVA and to us.
struct FidelityCase: Hashable, Sendable {
  /// The corpus and the place in it.
  let name: String
  /// What LAVA's REST framework leaves of it: white space at both ends is gone. A template has none to lose.
  let text: String

  init(name: String, text: String) {
    self.name = name
    self.text = text.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// The corpus.
  var corpus: String { name.prefix { $0 != "/" }.description }

  /// Stencil would take these for its own marks; no template can hold them, so no job of ours does.
  var isTemplate: Bool {
    ["{{", "{%", "{#"].contains(where: text.contains)
  }

  /// The definition where it can be read at all.
  var loaded: JobDefinition? { try? JobDefinition.load(text) }

  /// The device type it names, for the lab to have a board of; nil for those the lab shall not know.
  var deviceType: String? {
    guard let type = loaded?.deviceType, (1...50).contains(type.unicodeScalars.count), !type.hasPrefix("nosuch"),
      !type.contains("/")
    else { return nil }
    return type
  }

  /// The tags it asks for, without those the lab shall not know.
  var tags: [String] { (loaded?.tags ?? []).filter { !$0.hasPrefix("nosuch") && (1...50).contains($0.count) } }

  /// What we find wrong with it, before any database is asked.
  func mistake(_ rules: SubmissionRules) -> DefinitionMistake? {
    do {
      try JobDefinition.load(text).check(against: rules)
      return nil
    } catch {
      return error
    }
  }
}
