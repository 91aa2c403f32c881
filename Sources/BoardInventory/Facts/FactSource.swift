/// Who says what a board can run. The order of the cases is the order of precedence: the first that knows is believed.
public enum FactSource: Hashable, Sendable {
  /// The board's own registration; the file and line that says it.
  case registration(place: String)
  /// A file of the lab's own `devices/`.
  case labFile(String)
  /// LAVA's table of device types, where a lab's admins may name an architecture.
  case lavaType
  /// The board's device dictionary as LAVA renders it, where it says the thing itself.
  case dictionary
  /// A file that came with Boardcast.
  case shippedFile(String)
  /// The board's rendered dictionary, where the thing only follows from something else, with what it follows from:
  /// a header's word and load addresses are copied from template to template, so a looked-up fact is better.
  case dictionaryImplies(String)

  /// Who it is, for people.
  public var words: String {
    switch self {
    case .registration(let place): "registered: \(place)"
    case .labFile(let file): file
    case .lavaType: "LAVA's devicetype.architecture"
    case .dictionary: "dictionary rendered by LAVA"
    case .shippedFile(let file): "shipped devices/\(file.split(separator: "/").last.map(String.init) ?? file)"
    case .dictionaryImplies(let sign): "implied by the dictionary rendered by LAVA: \(sign)"
    }
  }

  /// Its place in the order of precedence.
  var rank: Int {
    switch self {
    case .registration: 0
    case .labFile: 1
    case .lavaType: 2
    case .dictionary: 3
    case .shippedFile: 4
    case .dictionaryImplies: 5
    }
  }

  /// Whether people said it in order to override what is below.
  var isOwn: Bool {
    switch self {
    case .registration, .labFile: true
    case .lavaType, .dictionary, .shippedFile, .dictionaryImplies: false
    }
  }
}
