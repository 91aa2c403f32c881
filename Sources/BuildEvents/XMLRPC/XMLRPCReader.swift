internal import Foundation
internal import FoundationXML

/// Turns the events of Foundation's XML parser into one method call, with a stack whose height is bounded.
///
/// One instance reads one body, on the thread that made it; it never leaves ``XMLRPCCall/parse(_:limits:)``.
final class XMLRPCReader: NSObject, XMLParserDelegate {
  let limits: Limits
  /// The open elements, outermost first.
  var open: [String] = []
  /// The open values, outermost first.
  var values: [OpenValue] = []
  var text = ""
  var method: String?
  var parameters: [XMLRPCValue] = []
  var fault: XMLRPCFault?
  var count = 0
  var sawRoot = false

  /// A `<value>` that was opened and not yet closed.
  struct OpenValue {
    var hasChild = false
    var result: XMLRPCValue?
    var members: [String: XMLRPCValue] = [:]
    var elements: [XMLRPCValue] = []
    var memberName: String?
    var memberValue: XMLRPCValue?
  }

  init(limits: Limits) { self.limits = limits }

  func call(from bytes: [UInt8]) throws(XMLRPCFault) -> XMLRPCCall {
    let parser = XMLParser(data: Data(bytes))
    parser.shouldResolveExternalEntities = false
    parser.shouldProcessNamespaces = false
    parser.delegate = self
    let parsed = parser.parse()
    if let fault { throw fault }
    // The push parser reports no error for a document of fewer than four bytes.
    guard parsed, parser.parserError == nil, sawRoot, open.isEmpty else {
      throw .notXML("the body is not well-formed XML near line \(parser.lineNumber)")
    }
    guard let method else { throw .notCall("the XML has no methodCall with a methodName") }
    return XMLRPCCall(method: method, parameters: parameters)
  }

  /// Notes the first fault and stops. What the parser still delivers afterwards is ignored.
  func stop(_ parser: XMLParser, _ first: XMLRPCFault) {
    if fault == nil { fault = first }
    parser.abortParsing()
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    guard fault == nil else { return }
    let parent = open.last
    guard Self.allowed(name, in: parent, hasMethod: method != nil) else {
      return stop(parser, .notCall("the XML is no methodCall: <\(shown(name))> stands in <\(parent ?? "the root")>"))
    }
    sawRoot = true
    open.append(name)
    if name == "value" { openValue(parser) }
    if name == "member" {
      values[values.count - 1].memberName = nil
      values[values.count - 1].memberValue = nil
    }
    if parent == "value" {
      guard !values[values.count - 1].hasChild, isBlank(text) else {
        return stop(parser, .notCall("a <value> holds more than one value"))
      }
      values[values.count - 1].hasChild = true
    }
    text = ""
  }

  private func openValue(_ parser: XMLParser) {
    count += 1
    guard count <= limits.members else {
      return stop(parser, .notXML("the call holds more than \(limits.members) values"))
    }
    guard values.count <= limits.depth else {
      return stop(parser, .notXML("the call is nested deeper than \(limits.depth)"))
    }
    values.append(OpenValue())
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) {
    guard fault == nil else { return }
    guard open.last.map(Self.holdsText) == true else {
      if !isBlank(string) { stop(parser, .notCall("text stands where XML-RPC has none")) }
      return
    }
    text += string
  }

  func parser(_ parser: XMLParser, foundCDATA block: Data) {
    self.parser(parser, foundCharacters: String(decoding: block, as: UTF8.self))
  }

  func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
    guard fault == nil, open.popLast() == name else { return }
    do {
      try close(name)
    } catch {
      stop(parser, error)
    }
  }

  private func close(_ name: String) throws(XMLRPCFault) {
    defer { text = "" }
    switch name {
    case "methodName": method = try Self.methodName(text)
    case "name": values[values.count - 1].memberName = text
    case "member":
      guard let name = values[values.count - 1].memberName, let value = values[values.count - 1].memberValue else {
        throw .notCall("a <member> lacks its <name> or <value>")
      }
      values[values.count - 1].members[name] = value
    case "struct": values[values.count - 1].result = .struct(values[values.count - 1].members)
    case "array": values[values.count - 1].result = .array(values[values.count - 1].elements)
    case "value": try closeValue()
    case "methodCall", "params", "param", "data": break
    default: values[values.count - 1].result = try Self.scalar(name, text)
    }
  }

  private func closeValue() throws(XMLRPCFault) {
    guard let closed = values.popLast() else { return }
    guard !closed.hasChild || isBlank(text) else { throw .notCall("a <value> holds text beside its value") }
    let value = closed.hasChild ? closed.result ?? .nil : .string(text)
    switch open.last {
    case "data": values[values.count - 1].elements.append(value)
    case "member": values[values.count - 1].memberValue = value
    default: parameters.append(value)
    }
  }

  private func isBlank(_ text: String) -> Bool { text.utf8.allSatisfy { [0x20, 0x09, 0x0A, 0x0D].contains($0) } }

  /// An element's name as a fault may quote it.
  private func shown(_ name: String) -> String { String(name.prefix(40)) }
}
