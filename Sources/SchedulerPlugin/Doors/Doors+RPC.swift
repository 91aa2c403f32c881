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
    do {
      let raw = try await body(request)
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

  private static let help = [
    "boardcast.image_built":
      "boardcast.image_built(struct) -> struct: a build has finished. The struct is the event's record; the answer "
      + "has event_id, accepted and duplicate.",
    "system.listMethods": "system.listMethods() -> array: the names of all methods.",
    "system.methodHelp": "system.methodHelp(name) -> string: what a method does.",
  ]

  private func answer(_ call: XMLRPCCall, _ raw: [UInt8], _ sender: Sender) async throws -> [UInt8] {
    switch call.method {
    case "boardcast.image_built":
      guard call.parameters.count == 1, case .struct = call.parameters[0] else {
        throw XMLRPCFault(code: -32602, string: "boardcast.image_built takes one struct")
      }
      return try await imageBuilt(call.parameters[0], raw, sender)
    case "system.listMethods":
      guard call.parameters.isEmpty else {
        throw XMLRPCFault(code: -32602, string: "system.listMethods takes no parameters")
      }
      return XMLRPCResponse.serialize(.array(Self.help.keys.sorted().map(XMLRPCValue.string)))
    case "system.methodHelp":
      guard call.parameters.count == 1, case .string(let name) = call.parameters[0], let text = Self.help[name] else {
        throw XMLRPCFault(code: -32602, string: "system.methodHelp takes the name of a method")
      }
      return XMLRPCResponse.serialize(.string(text))
    default:
      throw XMLRPCFault(code: -32601, string: "there is no method '\(call.method.prefix(100))'")
    }
  }

  private func imageBuilt(_ record: XMLRPCValue, _ raw: [UInt8], _ sender: Sender) async throws -> [UInt8] {
    let event = try BuildEvent(plain: JSONValue(record))
    let (id, duplicate): (Int64, Bool) =
      switch try await keep(event, raw: raw, door: "xmlrpc", sender: sender) {
      case .accepted(let id): (id, false)
      case .duplicate(let id): (id, true)
      case .conflict(let id): throw XMLRPCFault(code: 400, string: "this id was used before, by event \(id)")
      }
    return XMLRPCResponse.serialize(members: [
      "event_id": .string(String(id)), "accepted": .bool(true), "duplicate": .bool(duplicate),
      "url": .string("/api/v1/events/\(id)"),
    ])
  }
}
