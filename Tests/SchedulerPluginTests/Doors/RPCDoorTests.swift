import BuildEvents
import Foundation
import LabSupport
import PostgresClient
import Testing

@testable import SchedulerPlugin

/// Protects producers that speak XML-RPC as they do to LAVA: faults have LAVA's numbers, strangers get HTTP 401.
@Suite("The XML-RPC door")
struct RPCDoorTests {
  private static func call(_ method: String, _ parameters: String = "") -> String {
    "<?xml version='1.0'?><methodCall><methodName>\(method)</methodName><params>\(parameters)</params></methodCall>"
  }

  private static func structure(_ members: [(String, String)]) -> String {
    let fields = members.map { "<member><name>\($0)</name><value>\($1)</value></member>" }.joined()
    return "<param><value><struct>\(fields)</struct></value></param>"
  }

  private static func event(_ changes: [String: String] = [:]) -> String {
    let images = "<struct><member><name>kernel</name><value>http://x/kernel</value></member></struct>"
    let whole = ["source": "ci", "build_id": "<int>17</int>", "status": "success", "images": images]
    return structure(whole.merging(changes) { _, new in new }.filter { $0.value != "" }.map { ($0.key, $0.value) })
  }

  private static func fault(_ answer: DoorsUnderTest.Answer) -> Int? {
    guard let match = answer.text.firstMatch(of: /<name>faultCode<\/name>\s*<value><int>(-?\d+)<\/int>/) else {
      return nil
    }
    return Int(match.output.1)
  }

  @Test("An event is kept once, and the answer has its number as text")
  func imageBuilt() async throws {
    try await DoorsUnderTest.onClone { doors, lab in
      let first = try await doors.call(Self.call("boardcast.image_built", Self.event()))
      #expect(first.status == 200)
      #expect(first.headers["content-type"] == "text/xml")
      #expect(Self.fault(first) == nil)
      #expect(first.line.contains("<name>event_id</name><value><string>1</string></value>"))
      #expect(first.line.contains("<name>duplicate</name><value><boolean>0</boolean></value>"))
      let again = try await doors.call(Self.call("boardcast.image_built", Self.event()))
      #expect(again.line.contains("<name>duplicate</name><value><boolean>1</boolean></value>"))
      let stored = try #require(try await lab.connection.withSession { try EventStore.event(1, $0) })
      #expect(stored.event.buildID == "17")
      #expect(stored.senderName == "ci-bot")
    }
  }

  @Test("Every mistake has its fault")
  func faults() async throws {
    try await DoorsUnderTest.onClone { doors, lab in
      let built = "boardcast.image_built"
      for (xml, code) in [
        ("not xml", -32700), ("", -32700), ("<methodCall>", -32700),
        ("<!DOCTYPE x [<!ENTITY a \"b\">]>" + Self.call("system.listMethods"), -32700),
        (Self.call("boardcast.launch_missiles"), -32601), (Self.call(""), -32600),
        (Self.call(built), -32602), (Self.call(built, "<param><value>text</value></param>"), -32602),
        (Self.call(built, Self.event() + Self.event()), -32602),
        (Self.call("system.listMethods", "<param><value>x</value></param>"), -32602),
        (Self.call("system.methodHelp"), -32602), (Self.call("system.methodSignature"), -32602),
        (Self.call("system.multicall"), -32602), (Self.call("system.multicall", Self.event()), -32602),
        (Self.call("system.methodHelp", "<param><value>no.such</value></param>"), -32602),
        (Self.call(built, Self.event(["build_id": ""])), 400), (Self.call(built, Self.event(["arch": "z80"])), 400),
        (Self.call(built, Self.event(["images": "ftp"])), 400),
      ] {
        let answer = try await doors.call(xml)
        #expect(answer.status == 200)
        #expect(Self.fault(answer) == code, "\(xml.prefix(120)): \(answer.text)")
      }
      let large = try await doors.call(Self.call(built, String(repeating: " ", count: 1 << 20)))
      #expect(Self.fault(large) == 400)
      let field = try await doors.call(Self.call(built, Self.event(["arch": "z80"])))
      #expect(field.text.contains("arch"))
      #expect(try await lab.count("SELECT count(*)::int AS count FROM boardcast.event") == 0)
    }
  }

  @Test("system.listMethods names all methods, and each has its help")
  func introspection() async throws {
    try await DoorsUnderTest.onClone { doors, _ in
      let names = [
        "boardcast.image_built", "system.listMethods", "system.methodHelp", "system.methodSignature",
        "system.multicall",
      ]
      let list = try await doors.call(Self.call("system.listMethods"))
      #expect(list.text.matches(of: /<string>([^<]*)<\/string>/).map { String($0.output.1) } == names)
      for name in names {
        let help = try await doors.call(Self.call("system.methodHelp", "<param><value>\(name)</value></param>"))
        #expect(help.text.contains("\(name)("))
        let signature = try await doors.call(
          Self.call("system.methodSignature", "<param><value>\(name)</value></param>"))
        #expect(Self.fault(signature) == nil && signature.text.contains("<array>"))
      }
    }
  }

  @Test("Strangers and inactive users get HTTP 401 in plain text, as from LAVA")
  func strangers() async throws {
    try await DoorsUnderTest.onClone { doors, lab in
      func basic(_ text: String) -> String { "Basic " + Data(text.utf8).base64EncodedString() }
      for bad in [
        "", basic("ci-bot:x"), basic("admin:\(doors.tokens.bot)"), basic("gone:\(doors.tokens.inactive)"), "Token x",
      ] {
        let answer = try await doors.call(Self.call("boardcast.image_built", Self.event()), authorization: bad)
        #expect(answer.status == 401)
        #expect(answer.headers["content-type"] == "text/plain")
        #expect(answer.headers["www-authenticate"] == "Basic realm=\"boardcast\"")
      }
      #expect(
        try await doors.call(Self.call("system.listMethods"), authorization: "Token \(doors.tokens.bot)").status == 200)
      #expect(try await lab.count("SELECT count(*)::int AS count FROM boardcast.event") == 0)
    }
  }
}
