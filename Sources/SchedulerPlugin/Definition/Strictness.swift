/// Where Boardcast refuses, on purpose, what LAVA's submission takes, or in other words than LAVA's: the whole list.
/// docs/fidelity.md shows it with how often each case came up.
///
/// A refusal that has one of these is ours and has our words; every other refusal is LAVA's and has LAVA's words.
public enum Strictness: String, Sendable, Hashable, CaseIterable {
  /// A key is in a mapping twice.
  case duplicateKey = "duplicate-key"
  /// `!!binary`, `!!set`, `!!omap` or `!!pairs`.
  case unusualTag = "unusual-tag"
  /// A list or mapping that holds itself, or that is a key by an alias.
  case aliasCircle = "alias-circle"
  /// The character NUL in a text.
  case nul
  /// The character U+FEFF elsewhere than at the start of the text.
  case byteOrderMark = "byte-order-mark"
  /// Nested too deep, or more values than anybody writes.
  case tooLarge = "too-large"
  /// A multinode job.
  case multinode
  /// No `device_type`.
  case noDeviceType = "no-device-type"
  /// No action at all.
  case noActions = "no-actions"
  /// A queue timeout below a second or above ten years.
  case queueTimeout = "queue-timeout"
  /// `device` or `worker`.
  case namesBoard = "names-board"
  /// Another device type than the board's, an alias of it included.
  case otherDeviceType = "other-device-type"
  /// The mark that Boardcast itself puts where the board goes.
  case placeholder
  /// What LAVA's submission breaks on instead of refusing it.
  case breaksLAVA = "breaks-lava"
  /// A scalar that looks like, or is tagged as, what it cannot be: the 30th of February.
  case badScalar = "bad-scalar"
  /// A recipient's email address with a domain that is not ASCII.
  case emailDomain = "email-domain"
  /// A query that Boardcast's account may not look up.
  case unseenQuery = "unseen-query"

  /// Why, in one line for people.
  public var why: String {
    switch self {
    case .duplicateKey: "PyYAML lets the last one win without a word; whoever wrote both meant something else"
    case .unusualTag: "no field of a job can use them"
    case .aliasCircle: "nothing of LAVA's can use it, and finding it would cost without bound"
    case .nul: "PostgreSQL stores no NUL: LAVA's own submission ends with an internal error"
    case .byteOrderMark: "the YAML library here would drop it without a word"
    case .tooLarge: "a few aliases can stand for billions of values"
    case .multinode: "Boardcast gives jobs to single boards"
    case .noDeviceType: "LAVA's schema lets it pass and its next step fails with KeyError"
    case .noActions: "the job would run and test nothing"
    case .queueTimeout: "a huge one ends LAVA's scheduler again and again, a negative one cancels the job at once"
    case .namesBoard: "which board it is, is what Boardcast decides"
    case .otherDeviceType: "the job is for the board's own type, written as LAVA names it"
    case .placeholder: "it would be replaced by the board's name"
    case .breaksLAVA: "LAVA answers it with an internal error (HTTP 500)"
    case .badScalar: "LAVA refuses it too, in the words of a Python exception, which differ between Pythons"
    case .emailDomain: "LAVA 2023.01 and 2026.10 disagree about them; its xn-- form means the same to both"
    case .unseenQuery: "LAVA would know whether there is such a query"
    }
  }
}
