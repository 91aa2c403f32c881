/// A lower-case word of ASCII letters, digits, `-` and `_`, at most 50 characters long.
struct Slug {
  let text: String

  init?(_ word: String) {
    let text = word.lowercased()
    guard !text.isEmpty, text.utf8.count <= 50, text.utf8.allSatisfy(Self.allowed) else { return nil }
    self.text = text
  }

  private static func allowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
      UInt8(ascii: "_"):
      true
    default:
      false
    }
  }
}
