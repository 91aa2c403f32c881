/// A way an image reaches a board, by LAVA's name for it in a job's `deploy.to` (lava_common/schemas/deploy).
public struct DeployMethod: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// LAVA's name, lower case, for example `tftp`.
  public let name: String

  /// Takes a slug of at most 50 characters; anything else is nil.
  public init?(normalizing word: String) {
    guard let slug = Slug(word) else { return nil }
    self.name = slug.text
  }

  /// The name alone.
  public var description: String { name }

  /// Orders by name.
  public static func < (left: Self, right: Self) -> Bool { left.name < right.name }
}
