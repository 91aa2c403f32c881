import BuildEvents
import Foundation
import LabSupport
import Testing

/// The programs with which real producers send: curl, and Python's own XML-RPC client.
@Suite(.timeLimit(.minutes(2))) struct ProducerTests {
  private func curl(_ serve: ServeProcess, _ headers: [String], _ body: String) async throws -> (Int, JSONValue) {
    try await Program.curl(serve.producer, headers, body)
  }

  @Test func curlSendsPlainRecordsAndBothModesOfCloudEvents() async throws {
    try await Bench.with { bench in
      let serve = try await bench.place.serve()
      let (status, plain) = try await curl(serve, ["Content-Type: application/json"], nanoEvent("plain"))
      #expect(status == 202 && plain["duplicate"] == false)
      #expect(plain["url"]?.stringValue == "/api/v1/events/\(plain["id"]?.canonical ?? "")")

      let envelope = """
        {"specversion": "1.0", "id": "e-1", "source": "/ci", "type": "org.example.image.built",
         "data": \(nanoEvent("structured"))}
        """
      let structured = ["Content-Type: application/cloudevents+json"]
      #expect(try await curl(serve, structured, envelope).0 == 202)
      let again = try await curl(serve, structured, envelope)
      #expect(again.0 == 200 && again.1["duplicate"] == true)
      let clash = try await curl(serve, structured, envelope.replacing("structured", with: "other"))
      #expect(clash.0 == 409 && clash.1["error"]?["field"]?.stringValue == "id")

      let binary = ["ce-specversion: 1.0", "ce-id: e-2", "ce-source: /ci", "ce-type: org.example.image.built"]
      #expect(try await curl(serve, ["Content-Type: application/json"] + binary, nanoEvent("binary")).0 == 202)
      let builds = ["binary", "plain", "structured"]
      try await bench.boards.decided(builds)
      try await bench.expectNothingLostOrDoubled(builds)
    }
  }

  @Test func curlIsToldWhatIsWrong() async throws {
    try await Bench.with { bench in
      let serve = try await bench.place.serve()
      let json = ["Content-Type: application/json"]
      let noBuild = try await curl(serve, json, #"{"source": "ci", "images": {"kernel": "http://a.example/k"}}"#)
      #expect(noBuild.0 == 400 && noBuild.1["error"]?["field"]?.stringValue == "build_id")
      #expect(try await curl(serve, json, "{").0 == 400)
      #expect(try await curl(serve, ["Content-Type: text/csv"], "a,b").0 == 415)
      let large = try await curl(serve, json + ["Expect:"], String(repeating: " ", count: 1 << 20) + nanoEvent("n"))
      #expect(large.0 == 413)
      #expect(try await bench.boards.events().isEmpty)
    }
  }

  /// Run with Boardcast's address as its only argument; prints one JSON object a line.
  private static let python = """
    import json, sys, xmlrpc.client
    host = sys.argv[1].removeprefix("http://")
    record = {"source": "ci:nano", "build_id": "n-1", "status": "success", "image_family": "nano",
              "arch": "x86_64", "images": {"kernel": "http://127.0.0.1:9/k", "ramdisk": "http://127.0.0.1:9/r"}}
    server = xmlrpc.client.ServerProxy("http://tester:%s@%s/RPC2" % (sys.argv[2], host))
    print(json.dumps({"methods": server.system.listMethods()}))
    print(json.dumps({"first": server.boardcast.image_built(record)}))
    print(json.dumps({"second": server.boardcast.image_built(record)}))
    several = xmlrpc.client.MultiCall(server)
    several.boardcast.image_built(dict(record, build_id="n-2"))
    several.boardcast.image_built(record)
    several.boardcast.image_built({"source": "ci"})
    several.system.multicall([])
    several.system.methodSignature("boardcast.image_built")
    def each(results):
        place = 0
        while True:
            try:
                yield results[place]
            except xmlrpc.client.Fault as fault:
                yield fault.faultCode
            except IndexError:
                return
            place += 1
    print(json.dumps({"several": list(each(several()))}))
    del record["build_id"]
    try:
        server.boardcast.image_built(record)
    except xmlrpc.client.Fault as fault:
        print(json.dumps({"fault": fault.faultCode, "text": fault.faultString}))
    try:
        server.boardcast.no_such_thing()
    except xmlrpc.client.Fault as fault:
        print(json.dumps({"unknown": fault.faultCode}))
    for wrong in "tester:wrong", "somebody:%s" % sys.argv[2]:
        try:
            xmlrpc.client.ServerProxy("http://%s@%s/RPC2" % (wrong, host)).boardcast.image_built(record)
        except xmlrpc.client.ProtocolError as error:
            print(json.dumps({"protocol": error.errcode}))
    """

  @Test func pythonsXMLRPCClientSendsAndIsTold() async throws {
    try await Bench.with { bench in
      let serve = try await bench.place.serve()
      let outcome = try await Program.python(Self.python, [serve.url, LabBoards.token])
      try #require(outcome.status == 0, "\(outcome.complaint)")
      let said = try outcome.output.split(separator: "\n").map { try JSONValue.parse(Array($0.utf8)) }
      try #require(said.count == 8, "\(outcome.output)")
      #expect(said[0]["methods"]?.arrayValue?.count == 5)
      #expect(said[1]["first"]?["accepted"] == true && said[1]["first"]?["duplicate"] == false)
      #expect(said[2]["second"]?["duplicate"] == true)
      #expect(said[1]["first"]?["event_id"] == said[2]["second"]?["event_id"])
      // Each call of several stands for itself: new, there already, refused, forbidden, answered.
      let several = try #require(said[3]["several"]?.arrayValue)
      try #require(several.count == 5, "\(several)")
      #expect(several[0]["duplicate"] == false && several[1]["duplicate"] == true, "\(several)")
      #expect(several[2] == 400 && several[3] == -32602 && several[4] == [["struct", "struct"]], "\(several)")
      #expect(said[4]["fault"] == 400 && said[4]["text"]?.stringValue?.contains("build_id") == true)
      #expect(said[5]["unknown"] == -32601)
      #expect(said[6]["protocol"] == 401 && said[7]["protocol"] == 401)
      try await bench.boards.decided(["n-1", "n-2"])
      try await bench.expectNothingLostOrDoubled(["n-1", "n-2"])
    }
  }
}
