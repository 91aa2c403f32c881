/// One test of a field's value.
public indirect enum FieldTest: Hashable, Sendable {
  /// The value is one of these, exactly.
  case isOne(of: Set<String>)
  /// The value fits one of these patterns.
  case glob([GlobPattern])
  /// The value has a part that the regular expression describes.
  case regex(TextPattern)
  /// The value is a version within the range.
  case version(VersionRange)
  /// The value does not pass the test. It must be there all the same.
  case not(FieldTest)

  /// What is wrong with a value, to stand after "FIELD is VALUE"; nil when it passes.
  func complaint(about value: String) -> String? {
    switch self {
    case .isOne(let wanted): wanted.contains(value) ? nil : ", not \(wish)"
    case .glob(let patterns): patterns.contains { $0.fits(value) } ? nil : ", not like \(wish)"
    case .regex(let pattern):
      switch pattern.finds(in: value) {
      case true?: nil
      case false?: ", which does not match \(pattern.text)"
      case nil: ", on which the regular expression \(pattern.text) takes too long"
      }
    case .version(let range):
      switch Version(value) {
      case let version? where range.contains(version): nil
      case .some: ", not \(range)"
      case nil: ", which is no version"
      }
    case .not(.regex(let pattern)):
      // A pattern that gives up has not said no: that must not become a yes.
      switch pattern.finds(in: value) {
      case true?: ", which the rule excludes"
      case false?: nil
      case nil: ", on which the regular expression \(pattern.text) takes too long"
      }
    case .not(let test): test.complaint(about: value) == nil ? ", which the rule excludes" : nil
    }
  }

  /// What is wanted, in words.
  var wish: String {
    switch self {
    case .isOne(let wanted): wanted.sorted().joined(separator: " or ")
    case .glob(let patterns): patterns.map(\.text).joined(separator: " or ")
    case .regex(let pattern): "something that matches \(pattern.text)"
    case .version(let range): "a version \(range)"
    case .not(let test): "anything but \(test.wish)"
    }
  }

  /// Some value that passes; nil when none is easily found.
  var example: String? {
    switch self {
    case .isOne(let wanted): wanted.min()
    case .glob(let patterns): patterns.first?.example
    case .regex: nil
    case .version(let range): range.example
    case .not(let test):
      ["example", "6.6", "another"].first { test.complaint(about: $0) != nil && complaint(about: $0) == nil }
    }
  }
}
