/// A family of images that boards either can run or cannot: `nano`, `developer`, `android`, `oe`, `kernel` …
public struct ImageFamily: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The family's name, lower case.
  public let name: String

  /// Takes any slug of at most 50 characters, and the long names of `oe`; anything else is nil.
  public init?(normalizing word: String) {
    guard let slug = Slug(word) else { return nil }
    self.name = Self.synonyms[slug.text] ?? slug.text
  }

  /// The name alone.
  public var description: String { name }

  /// Orders by name.
  public static func < (left: Self, right: Self) -> Bool { left.name < right.name }

  private static let synonyms: [String: String] = ["openembedded": "oe", "yocto": "oe"]
}
