import BuildEvents
import Hummingbird
import Logging
import PostgresClient

extension Doors {
  /// `POST /RPC2`: XML-RPC as Python's `xmlrpc.client` speaks it. Faults follow LAVA's conventions; who shows no good
  /// credentials gets HTTP 401 in plain text, as from LAVA.
  func callRPC(_ request: Request) async throws -> Response {
    let sender: Sender
    do {
      sender = try await self.sender(request)
    } catch is Stranger {
      return Response(
        status: .unauthorized, headers: [.contentType: "text/plain", .wwwAuthenticate: "Basic realm=\"boardcast\""],
        body: .init(byteBuffer: ByteBuffer(string: "Authentication with user and LAVA API token required.\n")))
    }
    let limits = terms.senders.limits(of: sender.name)
    try terms.limiter.take(1, of: "user \(sender.name)", limits.rate)
    do {
      let raw = try await body(request, limits)
      return Answer.xml(try await answer(XMLRPCCall.parse(raw), raw, sender))
    } catch let fault as XMLRPCFault {
      return Answer.xml(XMLRPCResponse.serialize(fault: fault))
    } catch let refusal as EventRefusal {
      return Answer.xml(XMLRPCResponse.serialize(fault: XMLRPCFault(refusal)))
    } catch {
      logger.error("an XML-RPC call failed", metadata: ["error": "\(error)"])
      let fault = XMLRPCFault(code: -32603, string: "something went wrong here; nothing was kept, call again later")
      return Answer.xml(XMLRPCResponse.serialize(fault: fault))
    }
  }

  /// What a call gives: one struct whose members stand in an order of ours, or any value.
  private enum Result {
    case members(KeyValuePairs<String, XMLRPCValue>)
    case value(XMLRPCValue)

    var serialized: [UInt8] {
      switch self {
      case .members(let members): XMLRPCResponse.serialize(members: members)
      case .value(let value): XMLRPCResponse.serialize(value)
      }
    }

    var value: XMLRPCValue {
      switch self {
      case .members(let members): .struct(Dictionary(members.map { ($0.key, $0.value) }) { _, last in last })
      case .value(let value): value
      }
    }
  }

  private func answer(_ call: XMLRPCCall, _ raw: [UInt8], _ sender: Sender) async throws -> [UInt8] {
    guard call.method == RPCMethod.multicall.rawValue else { return try await result(call, raw, sender).serialized }
    let calls = try RPCMethod.calls(of: call)
    var results: [XMLRPCValue] = []
    for each in calls {
      // Each stands for itself, as if it had come alone: one that is refused stops no other.
      do {
        let call = try each.get()
        // The whole body is not kept once for each of its calls.
        let part = try call.parameters.first.map { try JSONValue($0).serialized } ?? []
        results.append(.array([try await result(call, part, sender).value]))
      } catch let fault as XMLRPCFault {
        results.append(fault.value)
      } catch let refusal as EventRefusal {
        results.append(XMLRPCFault(refusal).value)
      }
    }
    return XMLRPCResponse.serialize(.array(results))
  }

  private func result(_ call: XMLRPCCall, _ raw: [UInt8], _ sender: Sender) async throws -> Result {
    let method = try RPCMethod(of: call)
    switch method {
    case .imageBuilt: return .members(try await imageBuilt(call.parameters[0], raw, sender))
    case .listMethods: return .value(.array(RPCMethod.allCases.map(\.rawValue).sorted().map(XMLRPCValue.string)))
    case .methodHelp: return .value(.string(try RPCMethod(asked: call).help))
    case .methodSignature:
      return .value(.array([.array(try RPCMethod(asked: call).signature.map(XMLRPCValue.string))]))
    case .multicall: throw XMLRPCFault(code: -32602, string: "a system.multicall cannot hold another one")
    }
  }

  private func imageBuilt(
    _ record: XMLRPCValue, _ raw: [UInt8], _ sender: Sender
  ) async throws -> KeyValuePairs<String, XMLRPCValue> {
    let event = try BuildEvent(plain: JSONValue(record))
    let (id, duplicate): (Int64, Bool) =
      switch try await keep(event, raw: raw, door: "xmlrpc", sender: sender) {
      case .accepted(let id): (id, false)
      case .duplicate(let id): (id, true)
      case .conflict(let id): throw XMLRPCFault(code: 400, string: "this id was used before, by event \(id)")
      }
    return [
      "event_id": .string(String(id)), "accepted": .bool(true), "duplicate": .bool(duplicate),
      "url": .string("/api/v1/events/\(id)"),
    ]
  }
}
