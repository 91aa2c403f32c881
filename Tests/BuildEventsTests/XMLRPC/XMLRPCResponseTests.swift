import BuildEvents
import Testing

@Suite("Replies have the form Python's client writes and reads")
struct XMLRPCResponseTests {
  func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  @Test("a struct in the order given, byte for byte")
  func members() {
    let reply = XMLRPCResponse.serialize(members: ["event_id": .string("01A"), "accepted": .bool(true)])
    #expect(
      text(reply) == """
        <?xml version='1.0'?>
        <methodResponse>
        <params>
        <param>
        <value><struct>
        <member>
        <name>event_id</name>
        <value><string>01A</string></value>
        </member>
        <member>
        <name>accepted</name>
        <value><boolean>1</boolean></value>
        </member>
        </struct></value>
        </param>
        </params>
        </methodResponse>

        """)
  }

  @Test("a fault, byte for byte")
  func fault() {
    let fault = XMLRPCFault(EventRefusal(.missing, field: "build_id", "is required", mend: "send <it>"))
    #expect(
      text(XMLRPCResponse.serialize(fault: fault)) == """
        <?xml version='1.0'?>
        <methodResponse>
        <fault>
        <value><struct>
        <member>
        <name>faultCode</name>
        <value><int>400</int></value>
        </member>
        <member>
        <name>faultString</name>
        <value><string>build_id: is required; send &lt;it&gt;</string></value>
        </member>
        </struct></value>
        </fault>
        </methodResponse>

        """)
  }

  @Test("what XML cannot hold does not make the reply ill-formed")
  func unprintable() {
    let reply = text(XMLRPCResponse.serialize(.string("a\u{1}b\r\nc")))
    #expect(reply.contains("<string>a\u{FFFD}b&#13;\nc</string>"))
  }
}
