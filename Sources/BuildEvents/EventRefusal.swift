/// Why a message was not taken as an event: what is wrong, in which field, and what the sender has to do.
///
/// Its text is safe to show and to log: quoted values are shortened, stripped of control characters and of credentials.
public struct EventRefusal: Error, Sendable, Hashable {
  /// The kind of refusal. A struct, so that a kind can be added without breaking a `switch`.
  public struct Code: Sendable, Hashable, RawRepresentable, CustomStringConvertible {
    /// The word that stands for the kind in logs and in replies.
    public let rawValue: String
    /// A kind by its word.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// The word itself.
    public var description: String { rawValue }

    /// The bytes are not what their content type says (not JSON, not UTF-8).
    public static let malformed = Code(rawValue: "malformed")
    /// More bytes or more values than ``Limits`` allow.
    public static let tooLarge = Code(rawValue: "too_large")
    /// Nested deeper than ``Limits`` allow.
    public static let tooDeep = Code(rawValue: "too_deep")
    /// A field that must be there is not (or is empty or null, which means the same).
    public static let missing = Code(rawValue: "missing")
    /// A field's value has the wrong type or form.
    public static let invalid = Code(rawValue: "invalid")
    /// A well-formed word that nobody knows, such as an architecture.
    public static let unknown = Code(rawValue: "unknown")
    /// A format or version that is not read here. An HTTP door answers 415.
    public static let unsupported = Code(rawValue: "unsupported")
    /// In order, but this sender may not send it. An HTTP door answers 403.
    public static let notAllowed = Code(rawValue: "not_allowed")
  }

  /// The kind of refusal.
  public var code: Code
  /// The path of the field, such as `images.kernel.url`; nil if the whole message is meant.
  public var field: String?
  /// What is wrong, as one line without the field's name.
  public var message: String
  /// What the sender has to do, as one line; nil where nothing better than the message can be said.
  public var mend: String?

  /// A refusal; `message` and `mend` must be single lines free of secrets.
  public init(_ code: Code, field: String? = nil, _ message: String, mend: String? = nil) {
    self.code = code
    self.field = field
    self.message = message
    self.mend = mend
  }
}

extension EventRefusal: CustomStringConvertible {
  /// One line: field, what is wrong, and how to mend it.
  public var description: String {
    var line = field.map { "\($0): \(message)" } ?? message
    if let mend { line += "; \(mend)" }
    return line
  }
}
