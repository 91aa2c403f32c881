internal import Yams

extension JobDefinition {
  /// Refuses a text in which a list or mapping made of aliases is a key.
  ///
  /// Yams hashes every key to find duplicates, and a few dozen nested aliases can stand for more values than it will
  /// ever get through. So a text with many aliases is first parsed with plain text in their place.
  static func refuseAliasesInKeys(_ text: String) throws {
    let masked = maskedAliases(text)
    guard masked.count > harmlessAliases else { return }
    let parser = try Parser(yaml: masked.text, resolver: YAMLType.plainResolver.get(), encoding: .utf8)
    guard let node = try parser.singleRoot() else { return }
    try refuseCompositeKeys(in: node)
  }

  /// So many aliases can make about 3^8 values of one.
  private static let harmlessAliases = 24

  /// A character that no definition uses, as it means nothing outside of private agreements.
  private static let mask: Unicode.Scalar = "\u{F8F0}"

  private static func maskedAliases(_ text: String) -> (text: String, count: Int) {
    var scalars = String.UnicodeScalarView()
    var count = 0
    var isStar = false
    for scalar in text.unicodeScalars {
      if isStar {
        let isName = scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar == "-" || scalar == "_"
        scalars.append(isName ? mask : "*")
        count += isName ? 1 : 0
      }
      isStar = scalar == "*"
      if !isStar { scalars.append(scalar) }
    }
    return (String(scalars), count)
  }

  private static func refuseCompositeKeys(in node: Node) throws(DefinitionMistake) {
    switch node {
    case .sequence(let sequence):
      for item in sequence { try refuseCompositeKeys(in: item) }
    case .mapping(let mapping):
      for (key, value) in mapping {
        guard case .scalar(let scalar) = key, scalar.string.unicodeScalars.first != mask else {
          throw .loading("while constructing a mapping, found unhashable key", line: key.mark?.line, .aliasCircle)
        }
        try refuseCompositeKeys(in: value)
      }
    default: break
    }
  }
}
