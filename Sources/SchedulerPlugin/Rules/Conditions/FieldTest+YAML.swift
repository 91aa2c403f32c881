internal import BoardInventory
internal import Matcher

extension FieldTest {
  /// The keys of a field that is not just a value or a list of values.
  private static let kinds = ["is", "not", "glob", "regex", "version"]

  /// Reads what a rule demands of a field: a value, a list of values, or a mapping of the kinds above.
  ///
  /// Throws `FileMistake` with file and line.
  static func list(_ yaml: FileMapping, _ key: String, _ field: EventField) throws(FileMistake) -> [FieldTest] {
    guard yaml.holdsMapping(key), let mapping = try yaml.mapping(key) else {
      let words = try yaml.strings(key) ?? []
      if field == .kernelVersion, words.count == 1, let word = words.first, VersionRange.looksLikeOne(word) {
        return [.version(try range(yaml, key))]
      }
      return [try isOne(yaml, key, field)]
    }
    try mapping.refuseKeys(otherThan: kinds)
    var tests: [FieldTest] = []
    for kind in mapping.keys { tests.append(try test(mapping, kind, field)) }
    guard !tests.isEmpty else { throw emptyList(yaml, key) }
    return tests
  }

  private static func test(_ yaml: FileMapping, _ kind: String, _ field: EventField) throws(FileMistake) -> FieldTest {
    switch kind {
    case "glob":
      let patterns = (try yaml.strings(kind) ?? []).map(GlobPattern.init)
      guard !patterns.isEmpty else { throw emptyList(yaml, kind) }
      return .glob(patterns)
    case "regex":
      let text = try yaml.requiredString(kind)
      do throws(TextPattern.Unusable) {
        return .regex(try TextPattern(text))
      } catch {
        throw yaml.mistake(kind, error.message, mend: error.mend)
      }
    case "version": return .version(try range(yaml, kind))
    case "not":
      guard yaml.holdsMapping(kind), let inner = try yaml.mapping(kind) else {
        return .not(try isOne(yaml, kind, field))
      }
      try inner.refuseKeys(otherThan: kinds.filter { $0 != "not" })
      guard inner.keys.count == 1, let only = inner.keys.first else {
        throw yaml.mistake(kind, "'not' must hold one test", mend: "write one of is, glob, regex, version below it")
      }
      return .not(try test(inner, only, field))
    default: return try isOne(yaml, kind, field)
    }
  }

  private static func isOne(_ yaml: FileMapping, _ key: String, _ field: EventField) throws(FileMistake) -> FieldTest {
    let known = field == .architecture ? Architecture.knownNames : []
    guard let names = try yaml.names(key, known: known, read: field.normal), !names.isEmpty else {
      throw emptyList(yaml, key)
    }
    return .isOne(of: names)
  }

  private static func range(_ yaml: FileMapping, _ key: String) throws(FileMistake) -> VersionRange {
    let text = try yaml.requiredString(key)
    do throws(VersionRange.Unusable) {
      return try VersionRange(text)
    } catch {
      throw yaml.mistake(key, error.message, mend: error.mend)
    }
  }

  /// Silence would always or never hold: neither is what somebody meant.
  static func emptyList(_ yaml: FileMapping, _ key: String) -> FileMistake {
    yaml.mistake(key, "'\(key)' is an empty list", mend: "name what the event must have, or leave it out")
  }
}
