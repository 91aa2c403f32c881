/// A pattern of a whole value: `*` stands for any run of characters, `?` for one, all others for themselves.
public struct GlobPattern: Hashable, Sendable {
  /// The pattern as written.
  public let text: String

  /// Every text is a pattern.
  public init(_ text: String) { self.text = text }

  /// Whether the whole value fits. Takes at most length of pattern × length of value steps.
  public func fits(_ value: String) -> Bool {
    let pattern = Array(text)
    let value = Array(value)
    var (p, v) = (0, 0)
    var retry: (p: Int, v: Int)?
    while v < value.count {
      if p < pattern.count, pattern[p] == "*" {
        retry = (p, v)
        p += 1
      } else if p < pattern.count, pattern[p] == "?" || pattern[p] == value[v] {
        p += 1
        v += 1
      } else if let (star, begun) = retry {
        retry = (star, begun + 1)
        p = star + 1
        v = begun + 1
      } else {
        return false
      }
    }
    return pattern[p...].allSatisfy { $0 == "*" }
  }

  /// Some value that fits.
  var example: String { text.replacing("*", with: "x").replacing("?", with: "x") }
}
