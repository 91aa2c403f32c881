/// A fault, as an XML-RPC server answers it with HTTP status 200.
///
/// The codes are those of "Specification for Fault Code Interoperability", which LAVA's own XML-RPC uses, too.
public struct XMLRPCFault: Error, Sendable, Hashable, CustomStringConvertible {
  /// The fault's code.
  public var code: Int
  /// One line for the caller.
  public var string: String

  /// A fault; the text must hold no secret.
  public init(code: Int, string: String) {
    self.code = code
    self.string = string
  }

  /// The event was refused: 400 and the refusal's line, which names the field.
  public init(_ refusal: EventRefusal) { self.init(code: 400, string: refusal.description) }

  /// Code and text.
  public var description: String { "fault \(code): \(string)" }

  /// -32700: the body is not XML that is read here.
  static func notXML(_ text: String) -> XMLRPCFault { XMLRPCFault(code: -32700, string: text) }
  /// -32600: XML, but no proper method call.
  static func notCall(_ text: String) -> XMLRPCFault { XMLRPCFault(code: -32600, string: text) }
}
