import BuildEvents
import Foundation
import Hummingbird
import HummingbirdTesting
import LabSupport
import Logging

@testable import SchedulerPlugin

/// KernelCI's API as far as a puller sees it, with its ways: subscriptions that are gone after a restart, durable ones that
/// deliver again with a new id and today's time, a catch-up that ends at its limit, keep-alives, a history without order.
actor KernelCIDouble {
  struct Event: Sendable {
    let number: Int
    let at: UTCInstant
    let data: JSONValue
  }

  private struct Subscription {
    let subscriber: String
    var pending: [Event]
    var live: [Event] = []
    var delivered: Int?
  }

  static let token = "token-of-the-api"
  /// How many missed events a durable subscription delivers.
  var catchUp = 1000
  private(set) var calls: [String: Int] = [:]
  private var events: [Event] = []
  private var nodes: [String: JSONValue] = [:]
  private var acknowledged: [String: Int] = [:]
  private var subscriptions: [Int: Subscription] = [:]
  private var last = 0
  private var failures: [String: [Int]] = [:]
  private var pace: [String: Duration] = [:]
  private let event: JSONValue
  private let node: JSONValue

  init() throws {
    func sample(_ name: String) throws -> JSONValue {
      try JSONValue.parse([UInt8](Data(contentsOf: URL(fileURLWithPath: "\(Lab.repository)/Tests/samples/\(name)"))))
    }
    event = try sample("kernelci-event.json")
    node = try sample("kernelci-kbuild-node.json")
  }

  /// A build that becomes available; the sample's, under another id.
  func build(_ id: String, at: UTCInstant? = nil, repeats: Int = 0) {
    var members = node.objectValue ?? [:]
    members["id"] = .string(id)
    nodes[id] = .object(members)
    publish(id, ["previous_state": "running", "previous_result": .null], at: at)
    // Updates that leave it as it is.
    for _ in 0..<repeats { publish(id, ["previous_state": "available", "previous_result": "pass"], at: at) }
  }

  /// An event of a node, changed as told.
  func publish(_ id: String, _ changes: [String: JSONValue], at: UTCInstant? = nil) {
    var data = event["data"]?.objectValue ?? [:]
    data["id"] = .string(id)
    data.merge(changes) { _, new in new }
    let one = Event(number: events.count + 1, at: at ?? PullService.systemTime(), data: .object(data))
    events.append(one)
    for key in subscriptions.keys { subscriptions[key]?.live.append(one) }
  }

  func forget(node id: String) { nodes[id] = nil }
  func set(catchUp limit: Int) { catchUp = limit }

  /// Subscriptions live in the process.
  func restart() { subscriptions = [:] }

  /// The next answers to a kind of call (`subscribe`, `listen`, `events`, `node`).
  func fail(_ call: String, with statuses: [Int]) { failures[call, default: []] += statuses }
  func slow(_ call: String, by pause: Duration?) { pace[call] = pause }
  var failuresLeft: Int { failures.values.reduce(0) { $0 + $1.count } }

  fileprivate func began(_ call: String, _ request: Request) async throws -> HTTPResponse.Status? {
    calls[call, default: 0] += 1
    if let pause = pace[call] { try await Task.sleep(for: pause) }
    guard request.headers[.authorization] == "Bearer \(Self.token)" else { return .unauthorized }
    guard let status = failures[call]?.first else { return nil }
    failures[call]?.removeFirst()
    return .init(code: status)
  }

  fileprivate func subscribe(_ subscriber: String) -> JSONValue {
    last += 1
    let missed = acknowledged[subscriber].map { number in events.filter { $0.number > number } }
    if missed == nil { acknowledged[subscriber] = events.count }
    subscriptions[last] = Subscription(subscriber: subscriber, pending: Array((missed ?? []).prefix(catchUp)))
    return ["id": .int(Int64(last)), "channel": "node", "user": "lab", "promiscuous": true]
  }

  /// Nil for a subscription nobody has.
  fileprivate func listen(_ id: Int) async throws -> JSONValue? {
    guard let subscription = subscriptions[id] else { return nil }
    if let delivered = subscription.delivered { acknowledged[subscription.subscriber] = delivered }
    if !subscription.pending.isEmpty, let one = subscriptions[id]?.pending.removeFirst() {
      subscriptions[id]?.delivered = one.number
      return message(one, isLive: false)
    }
    let deadline = ContinuousClock.now + .milliseconds(150)
    while ContinuousClock.now < deadline {
      guard subscriptions[id] != nil else { return nil }
      if subscriptions[id]?.live.isEmpty == false, let one = subscriptions[id]?.live.removeFirst() {
        subscriptions[id]?.delivered = one.number
        return message(one, isLive: true)
      }
      try await Task.sleep(for: .milliseconds(3))
    }
    return wrapped(["specversion": "1.0", "id": "beep", "type": "api.kernelci.org", "data": "BEEP"])
  }

  private func message(_ one: Event, isLive: Bool) -> JSONValue {
    var envelope = event.objectValue ?? [:]
    envelope["id"] = .string(UUID().uuidString)
    envelope["data"] = one.data
    envelope["time"] = .string((isLive ? one.at : PullService.systemTime()).withoutZone + "000+00:00")
    if isLive { envelope["_sequence_id"] = .int(Int64(one.number)) }
    return wrapped(.object(envelope))
  }

  private func wrapped(_ envelope: JSONValue) -> JSONValue {
    ["channel": "node", "type": "message", "pattern": .null, "data": .string(envelope.canonical)]
  }

  fileprivate func history(_ query: [String: String]) -> JSONValue? {
    guard let from = query["from"].flatMap({ UTCInstant($0) }), let limit = query["limit"].flatMap({ Int($0) }),
      limit <= 1000
    else { return nil }
    let fitting = events.filter { one in
      one.at >= from && one.data["kind"]?.stringValue == query["kind"]
        && one.data["state"]?.stringValue == query["state"] && one.data["result"]?.stringValue == query["result"]
    }
    let page = fitting.sorted { $0.at < $1.at }.dropFirst(query["offset"].flatMap { Int($0) } ?? 0).prefix(limit)
    return .array(
      page.map { one in
        [
          "id": .string("e\(one.number)"), "timestamp": .string(one.at.withoutZone + "000"),
          "sequence_id": .int(Int64(one.number)), "channel": "node", "data": one.data,
        ]
      })
  }

  fileprivate func found(_ id: String) -> JSONValue? { nodes[id] }
}

extension KernelCIDouble {
  /// Serves it while the body runs; gives its address.
  static func with<Value: Sendable>(
    _ body: @escaping @Sendable (KernelCIDouble, String) async throws -> Value
  ) async throws -> Value {
    let double = try KernelCIDouble()
    let application = Application(
      router: double.router(), configuration: .init(address: .hostname("127.0.0.1", port: 0)), logger: quiet)
    return try await application.test(.live) { client in
      try await body(double, "http://127.0.0.1:\(client.port ?? 0)/latest")
    }
  }

  private static var quiet: Logger {
    var logger = Logger(label: "kernelci")
    logger.logLevel = .critical
    return logger
  }

  private nonisolated func router() -> Router<BasicRequestContext> {
    let router = Router()
    @Sendable func answer(_ call: String, _ request: Request, _ work: () async throws -> JSONValue?) async throws
      -> Response
    {
      if let status = try await self.began(call, request) { return Response(status: status) }
      guard let value = try await work() else {
        return Response(status: call == "events" ? .badRequest : .notFound)
      }
      return Response(
        status: .ok, headers: [.contentType: "application/json"],
        body: .init(byteBuffer: ByteBuffer(bytes: value.serialized)))
    }
    router.post("/latest/subscribe/node") { request, _ in
      try await answer("subscribe", request) {
        guard request.uri.queryParameters["promisc"] == "true" else { return nil }
        return await self.subscribe(request.uri.queryParameters["subscriber_id"].map { String($0) } ?? "")
      }
    }
    router.get("/latest/listen/:id") { request, context in
      try await answer("listen", request) {
        try await self.listen(context.parameters.get("id").flatMap { Int($0) } ?? 0)
      }
    }
    router.get("/latest/events") { request, _ in
      try await answer("events", request) {
        var query: [String: String] = [:]
        for (key, value) in request.uri.queryParameters { query[String(key)] = String(value) }
        return await self.history(query)
      }
    }
    router.get("/latest/node/:id") { request, context in
      try await answer("node", request) { await self.found(context.parameters.get("id") ?? "") }
    }
    return router
  }
}
