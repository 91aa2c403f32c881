import BuildEvents
import Testing

@Suite("What a hostile XML body can cost is bounded")
struct XMLRPCLimitTests {
  func fault(_ text: String, limits: Limits = .standard) -> XMLRPCFault? {
    do {
      _ = try XMLRPCCall.parse(Array(text.utf8), limits: limits)
      return nil
    } catch {
      return error
    }
  }

  func call(_ xml: String) -> String {
    "<methodCall><methodName>m</methodName><params><param>\(xml)</param></params></methodCall>"
  }

  func nested(_ depth: Int) -> String {
    let open = String(repeating: "<value><array><data>", count: depth)
    return call(open + "<value>x</value>" + String(repeating: "</data></array></value>", count: depth))
  }

  @Test("depth: the limit itself is fine, one more is a clear fault")
  func depth() {
    #expect(fault(nested(32)) == nil)
    #expect(fault(nested(33))?.code == -32700)
    #expect(fault(nested(33))?.string == "the call is nested deeper than 32")
    #expect(fault(nested(20_000))?.string == "the call is nested deeper than 32")
  }

  @Test("bytes and values")
  func size() {
    #expect(fault(String(repeating: " ", count: (1 << 20) + 1))?.code == -32700)
    let many = call("<value><array><data>" + String(repeating: "<value/>", count: 10_000) + "</data></array></value>")
    #expect(fault(many)?.string == "the call holds more than 10000 values")
  }

  @Test("a mebibyte of attributes, of elements or of references is refused in less than two seconds")
  func slowBodies() {
    let bodies = [
      "<methodCall " + (0..<90_000).map { "a\($0)='' " }.joined() + "/>",
      String(repeating: "<a>", count: 300_000),
      String(repeating: "<a " + String(repeating: "b='' ", count: 190) + ">", count: 1000),
      call("<value>" + String(repeating: "&amp;", count: 200_000) + "</value>"),
      call("<value>" + String(repeating: "<![CDATA[x]]>", count: 70_000) + "</value>"),
      String(repeating: "<", count: 1 << 20),
    ]
    for body in bodies {
      let took = ContinuousClock().measure { _ = fault(body) }
      #expect(took < .seconds(2), "\(body.prefix(20)) took \(took)")
    }
  }
}
