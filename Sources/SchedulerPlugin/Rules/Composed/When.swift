internal import Matcher

/// What a composed rule demands of an event; the fields are those of a rule file's `when`, and `properties.NAME`.
public struct When: RulePartConvertible {
  /// The part it stands for.
  public let part: RulePart

  /// The field is one of these.
  public init(_ field: String, is values: String...) {
    part = Self.part(field) { .isOne(of: Self.normal(values, $0)) }
  }

  /// The field is there, and none of these.
  public init(_ field: String, isNot values: String...) {
    part = Self.part(field) { .not(.isOne(of: Self.normal(values, $0))) }
  }

  /// The field fits one of these patterns: `*` stands for any run of characters, `?` for one.
  public init(_ field: String, like patterns: String...) {
    part = Self.part(field) { _ in .glob(patterns.map(GlobPattern.init)) }
  }

  /// The field has a part that the regular expression (ICU's syntax) describes.
  public init(_ field: String, matches expression: String) {
    do throws(TextPattern.Unusable) {
      let pattern = try TextPattern(expression)
      part = Self.part(field) { _ in .regex(pattern) }
    } catch {
      part = .mistake(error.message, mend: error.mend)
    }
  }

  /// The field is a version within the range, for example `>=6.1 <6.6`.
  public init(_ field: String, within range: String) {
    do throws(VersionRange.Unusable) {
      let range = try VersionRange(range)
      part = Self.part(field) { _ in .version(range) }
    } catch {
      part = .mistake(error.message, mend: error.mend)
    }
  }

  /// An image of each of these roles is there.
  public init(images roles: String...) {
    part = roles.isEmpty ? .mistake("no image is named", mend: nil) : .condition(.images(Set(roles)))
  }

  private static func part(_ name: String, _ test: (EventField) -> FieldTest) -> RulePart {
    let property = "properties."
    let field =
      name.hasPrefix(property)
      ? .property(String(name.dropFirst(property.count))) : EventField.named.first { $0.name == name }?.field
    guard let field else {
      let near = NearestName.to(name, among: EventField.named.map(\.name)).map { "did you mean '\($0)'?" }
      return .mistake("no field '\(name)' is known", mend: near ?? "write properties.\(name) for a property")
    }
    return .condition(.field(field, [test(field)]))
  }

  /// A word that is no name of the field's kind stays as it is, and equals nothing.
  private static func normal(_ words: [String], _ field: EventField) -> Set<String> {
    Set(words.map { field.normal($0) ?? $0 })
  }
}
