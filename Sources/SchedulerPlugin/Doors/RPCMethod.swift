import BuildEvents

/// What XML-RPC clients can call, and what is said of it when they ask (xmlrpc-c's introspection, as LAVA's own server
/// answers it).
enum RPCMethod: String, CaseIterable {
  case imageBuilt = "boardcast.image_built"
  case listMethods = "system.listMethods"
  case methodHelp = "system.methodHelp"
  case methodSignature = "system.methodSignature"
  case multicall = "system.multicall"

  /// Calls that one `system.multicall` may hold.
  static let mostCalls = 100

  /// The method of a call, whose parameters are as many and of the kind it takes.
  init(of call: XMLRPCCall) throws(XMLRPCFault) {
    guard let method = Self(rawValue: call.method) else {
      throw XMLRPCFault(code: -32601, string: "there is no method '\(call.method.prefix(100))'")
    }
    let fits =
      switch (method, call.parameters.first) {
      case (.imageBuilt, .struct?), (.methodHelp, .string?), (.methodSignature, .string?), (.multicall, .array?):
        call.parameters.count == 1
      case (.listMethods, nil): true
      default: false
      }
    guard fits else { throw XMLRPCFault(code: -32602, string: method.takes) }
    self = method
  }

  /// The method that a `methodHelp` or `methodSignature` asks about.
  init(asked call: XMLRPCCall) throws(XMLRPCFault) {
    guard case .string(let name)? = call.parameters.first, let method = Self(rawValue: name) else {
      throw XMLRPCFault(code: -32602, string: "there is no such method; system.listMethods names all")
    }
    self = method
  }

  var help: String {
    switch self {
    case .imageBuilt:
      "boardcast.image_built(struct) -> struct: a build has finished. The struct is the event's record; the answer "
        + "has event_id, accepted and duplicate."
    case .listMethods: "system.listMethods() -> array: the names of all methods."
    case .methodHelp: "system.methodHelp(name) -> string: what a method does."
    case .methodSignature: "system.methodSignature(name) -> array: what a method answers and takes, by type."
    case .multicall:
      "system.multicall(array) -> array: calls given as structs of methodName and params, \(Self.mostCalls) at most; "
        + "for each an array with its answer, or the struct of its fault. Each stands for itself."
    }
  }

  /// What it answers, then what it takes.
  var signature: [String] {
    switch self {
    case .imageBuilt: ["struct", "struct"]
    case .listMethods: ["array"]
    case .methodHelp: ["string", "string"]
    case .methodSignature: ["array", "string"]
    case .multicall: ["array", "array"]
    }
  }

  private var takes: String {
    switch self {
    case .imageBuilt: "boardcast.image_built takes one struct"
    case .listMethods: "system.listMethods takes no parameters"
    case .methodHelp, .methodSignature: "\(rawValue) takes the name of a method"
    case .multicall: "system.multicall takes one array of structs with methodName and params"
    }
  }

  /// The calls of a `system.multicall`, or what is wrong with each.
  static func calls(of call: XMLRPCCall) throws(XMLRPCFault) -> [Swift.Result<XMLRPCCall, XMLRPCFault>] {
    _ = try Self(of: call)
    guard case .array(let items)? = call.parameters.first else { return [] }
    guard items.count <= mostCalls else {
      throw XMLRPCFault(code: -32602, string: "system.multicall takes \(mostCalls) calls at most, not \(items.count)")
    }
    return items.map { item in
      guard case .struct(let members) = item, case .string(let method)? = members["methodName"],
        case .array(let parameters)? = members["params"]
      else {
        return .failure(XMLRPCFault(code: -32602, string: "a call wants methodName, a string, and params, an array"))
      }
      return .success(XMLRPCCall(method: method, parameters: parameters))
    }
  }
}

extension XMLRPCFault {
  /// The fault as an answer among others.
  var value: XMLRPCValue { .struct(["faultCode": .int(Int64(code)), "faultString": .string(string)]) }
}
