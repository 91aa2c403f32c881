import BuildEvents
import Testing

@Suite("XML-RPC calls are read, everything else is a fault")
struct XMLRPCCallTests {
  func parse(_ text: String, limits: Limits = .standard) throws -> XMLRPCCall {
    try XMLRPCCall.parse(Array(text.utf8), limits: limits)
  }

  func value(_ xml: String) throws -> XMLRPCValue? {
    try parse("<methodCall><methodName>m</methodName><params><param>\(xml)</param></params></methodCall>").parameters
      .first
  }

  func fault(_ text: String, limits: Limits = .standard) -> Int? { fault(Array(text.utf8), limits: limits) }

  func fault(_ bytes: [UInt8], limits: Limits = .standard) -> Int? {
    do {
      _ = try XMLRPCCall.parse(bytes, limits: limits)
      return nil
    } catch {
      return error.code
    }
  }

  @Test("a call as Python writes it becomes an event")
  func golden() throws {
    let call = try parse(Fixtures.call)
    #expect(call.method == "boardcast.image_built")
    let event = try BuildEvent(plain: JSONValue(#require(call.parameters.first)))
    #expect(event.source == "offspring")
    #expect(event.buildID == "20110301.0")
    #expect(event.images["rootfs"]?.url == "http://snapshots.example.org/x?a=1&b=2")
    #expect(event.extra == ["serial": 0])
  }

  @Test(
    "each type, with white space, and bare text",
    arguments: [
      ("<value>bare &amp; text</value>", .string("bare & text")), ("<value></value>", .string("")),
      ("<value/>", .string("")),
      ("<value> a </value>", .string(" a ")), ("<value><string/></value>", .string("")),
      ("<value>\n <string> a\n</string> \n</value>", .string(" a\n")), ("<value><int> -7\n</int></value>", .int(-7)),
      ("<value><i4>+7</i4></value>", .int(7)), ("<value><i8>9223372036854775807</i8></value>", .int(.max)),
      ("<value><boolean>1</boolean></value>", .bool(true)), ("<value><boolean>0</boolean></value>", .bool(false)),
      ("<value><double>-1.5e3</double></value>", .double(-1500)), ("<value><nil/></value>", .nil),
      ("<value><dateTime.iso8601>20110208T09:30:00</dateTime.iso8601></value>", .dateTime("20110208T09:30:00")),
      ("<value><base64>\naGV5\n</base64></value>", .base64([0x68, 0x65, 0x79])),
      (
        "<value><array><data>\n<value>a</value><value><int>1</int></value></data></array></value>",
        .array([.string("a"), .int(1)])
      ),
      ("<value><array><data/></array></value>", .array([])), ("<value><struct>\n</struct></value>", .struct([:])),
      ("<value><![CDATA[<a> & b]]></value>", .string("<a> & b")), ("<value>a<!-- c -->b</value>", .string("ab")),
      ("<value>&#228;&#x1F600;é</value>", .string("ä😀é")),
    ] as [(String, XMLRPCValue)])
  func values(_ xml: String, _ expected: XMLRPCValue) throws { #expect(try value(xml) == expected) }

  @Test("of a repeated member the last counts, as in Python")
  func repeated() throws {
    let member = { (text: String) in "<member><name>a</name><value>\(text)</value></member>" }
    #expect(try value("<value><struct>\(member("1"))\(member("2"))</struct></value>") == .struct(["a": .string("2")]))
  }

  @Test("several arguments, or none")
  func arguments() throws {
    #expect(try parse("<methodCall><methodName>system.listMethods</methodName></methodCall>").parameters.isEmpty)
    let two = "<param><value>a</value></param><param><value>b</value></param>"
    let call = try parse("<methodCall><methodName> m </methodName><params>\(two)</params></methodCall>")
    #expect(call == XMLRPCCall(method: "m", parameters: [.string("a"), .string("b")]))
  }

  @Test(
    "what is no XML here is -32700",
    arguments: [
      "", " ", "not xml", "{}", "<methodCall>", "<methodCall></methodcall>", "<methodCall>&nbsp;</methodCall>",
      "<methodCall><methodName>m</methodName></methodCall>\u{1}", "<methodCall b></methodCall>", "<a", "<methodCall/",
      "<",
      "<!DOCTYPE a><methodCall><methodName>m</methodName></methodCall>",
      "<!DOCTYPE a [<!ENTITY x \"y\">]><methodCall><methodName>&x;</methodName></methodCall>",
      "<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><methodCall><methodName>m</methodName></methodCall>",
      "<?xml version='1.0' encoding='UTF-16'?><methodCall><methodName>m</methodName></methodCall>",
      "<?xml version='1.0' encoding='utf-7'?><methodCall><methodName>m</methodName></methodCall>",
      "<?xml version='1.0' encoding=utf-8?><methodCall><methodName>m</methodName></methodCall>",
      "<methodCall><methodName>m</methodName></methodCall>x",
      "<methodCall><methodName>m</methodName></methodCall><methodCall/>",
    ])
  func notXML(_ text: String) { #expect(fault(text) == -32700) }

  @Test("other encodings cannot hide a document type")
  func encodings() {
    let text = "<!DOCTYPE a><methodCall><methodName>m</methodName></methodCall>"
    #expect(fault([0xFF, 0xFE] + text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }) == -32700)
    #expect(fault(text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }) == -32700)
    // Without a byte order mark libxml2 finds the encoding out by itself, and would read these.
    let call = "<?xml version='1.0'?><methodCall><methodName>m</methodName></methodCall>"
    #expect(fault(call.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }) == -32700)
    #expect(fault(call.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }) == -32700)
    #expect(fault([0x4C, 0x6F, 0xA7, 0x94]) == -32700)
    #expect(fault([0xEF, 0xBB, 0xBF] + Array(Fixtures.call.utf8)) == nil)
  }

  @Test(
    "XML that is no call is -32600",
    arguments: [
      "<a/>", "<methodResponse/>", "<methodCall/>", "<methodCall><methodName/></methodCall>",
      "<methodCall><methodName>a b</methodName></methodCall>",
      "<methodCall><methodName>m</methodName><x/></methodCall>",
      "<methodCall><methodName>m</methodName><methodName>n</methodName></methodCall>",
      "<methodCall>text<methodName>m</methodName></methodCall>",
    ])
  func notCall(_ text: String) { #expect(fault(text) == -32600) }

  @Test(
    "values that do not hold what they say are -32600",
    arguments: [
      "<value><int>x</int></value>", "<value><int></int></value>", "<value><i8>9223372036854775808</i8></value>",
      "<value><boolean>true</boolean></value>", "<value><double>nan</double></value>", "<value><nil>x</nil></value>",
      "<value><dateTime.iso8601>soon</dateTime.iso8601></value>", "<value><base64>*</base64></value>",
      "<value><int>1</int><int>2</int></value>", "<value>x<int>1</int></value>", "<value><int>1</int>x</value>",
      "<value><struct><member><name>a</name></member></struct></value>", "<value><what/></value>",
      "<value><struct><member><value>a</value></member></struct></value>", "<value><struct>x</struct></value>",
      "<value><array><value>a</value></array></value>", "<value><int><int>1</int></int></value>", "<int>1</int>",
    ])
  func badValue(_ xml: String) {
    #expect(
      fault("<methodCall><methodName>m</methodName><params><param>\(xml)</param></params></methodCall>") == -32600)
  }
}
