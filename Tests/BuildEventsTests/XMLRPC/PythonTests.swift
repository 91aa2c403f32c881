import BuildEvents
import Foundation
import Testing

@Suite("Python's own xmlrpc.client is understood and understands")
struct PythonTests {
  @Test("a call with every type Python can send")
  func dumps() async throws {
    let bytes = try await python(
      """
      import sys, datetime, xmlrpc.client as x
      v = {'s': 'ü<&>"é\\n x', 'i': -5, 'b': True, 'd': 1.5, 't': datetime.datetime(2011, 2, 8, 9, 30), 'n': None,
           'raw': bytes(range(200)), 'l': [1, ('a', {})], 'e': {}, '': ''}
      sys.stdout.buffer.write(x.dumps((v, 'two'), 'boardcast.image_built', allow_none=True).encode())
      """)
    let call = try XMLRPCCall.parse(bytes)
    #expect(call.method == "boardcast.image_built")
    #expect(
      call.parameters == [
        .struct([
          "s": .string("ü<&>\"é\n x"), "i": .int(-5), "b": .bool(true), "d": .double(1.5), "n": .nil,
          "t": .dateTime("20110208T09:30:00"), "raw": .base64(Array(0..<200)),
          "l": .array([.int(1), .array([.string("a"), .struct([:])])]), "e": .struct([:]), "": .string(""),
        ]), .string("two"),
      ])
  }

  @Test("a control character that Python writes raw is a fault, not a crash")
  func control() async throws {
    let bytes = try await python("import xmlrpc.client as x; print(x.dumps(('a\\x01b',), 'm'))")
    let fault = #expect(throws: XMLRPCFault.self) { try XMLRPCCall.parse(bytes) }
    #expect(fault?.code == -32700)
  }

  @Test("its reader gets back what was written, and raises the fault")
  func loads() async throws {
    let value: XMLRPCValue = .struct([
      "s": .string("ü<&>\"'\r\n]]>"), "i": .int(7), "big": .int(.max), "b": .bool(false), "d": .double(0.1), "n": .nil,
      "t": .dateTime("20110208T09:30:00"), "raw": .base64([0, 255, 7]),
      "l": .array([.int(1), .array([]), .struct([:])]),
    ])
    let printed = try await python(
      """
      import sys, xmlrpc.client as x
      (v,), m = x.loads(sys.stdin.buffer.read(), use_builtin_types=True)
      assert m is None
      assert v == {'s': 'ü<&>"\\'\\r\\n]]>', 'i': 7, 'big': 2**63 - 1, 'b': False, 'd': 0.1, 'n': None, 'raw': b'\\0\\xff\\7',
                   't': __import__('datetime').datetime(2011, 2, 8, 9, 30), 'l': [1, [], {}]}, v
      print('same')
      """, input: XMLRPCResponse.serialize(value))
    #expect(String(decoding: printed, as: UTF8.self) == "same\n")
    let fault = try await python(
      """
      import sys, xmlrpc.client as x
      try: x.loads(sys.stdin.buffer.read())
      except x.Fault as e: print(e.faultCode, e.faultString)
      """, input: XMLRPCResponse.serialize(fault: XMLRPCFault(code: -32601, string: "no method <x>")))
    #expect(String(decoding: fault, as: UTF8.self) == "-32601 no method <x>\n")
  }
}
