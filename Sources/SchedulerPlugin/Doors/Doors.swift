public import BoardInventory
internal import BuildEvents
public import Hummingbird
public import LAVAEvents
public import Logging
public import PostgresClient

/// Every way in over HTTP, as routes over one pool of connections.
public struct Doors: Sendable {
  let pool: PostgresPool
  let book: LabFilesBook
  let status: WriterStatus
  let wake: WakeSignal
  let inventory: LiveInventory?
  let events: EventSender?
  let terms: DoorTerms
  let crash: CrashPoints
  let logger: Logger

  /// Doors into the given database.
  public init(
    pool: PostgresPool, book: LabFilesBook, status: WriterStatus, wake: WakeSignal,
    inventory: LiveInventory? = nil, events: EventSender? = nil, terms: DoorTerms = DoorTerms(),
    crash: CrashPoints = .none, logger: Logger
  ) {
    self.pool = pool
    self.book = book
    self.status = status
    self.wake = wake
    self.inventory = inventory
    self.events = events
    self.terms = terms
    self.crash = crash
    self.logger = logger
  }

  /// All the routes.
  public func router() -> Router<BasicRequestContext> {
    let router = Router()
    router.add(middleware: AnswerErrors(logger: logger))
    router.post("/api/v1/events") { request, _ in try await postEvent(request) }
    router.on("/api/v1/events", method: .options) { request, _ in handshake(request) }
    router.post("/hooks/:producer/:source") { request, context in try await postHook(request, context) }
    router.on("/hooks/:producer/:source", method: .options) { request, _ in handshake(request) }
    router.get("/api/v1/events") { request, _ in try await listEvents(request) }
    router.get("/api/v1/events/:id") { request, context in try await showEvent(request, context) }
    router.get("/api/v1/events/:id/explanation") { request, context in try await explain(request, context) }
    router.get("/api/v1/events/:id/boards/:host") { request, context in try await explain(request, context) }
    router.get("/api/v1/deliveries") { request, _ in try await listDeliveries(request) }
    router.get("/api/v1/deliveries/:id") { request, context in try await showDelivery(request, context) }
    router.post("/api/v1/deliveries/:id/retry") { request, context in try await retryDelivery(request, context) }
    router.get("/api/v1/boards") { request, _ in try await listBoards(request) }
    router.get("/api/v1/rules") { request, _ in try await listRules(request) }
    router.post("/RPC2") { request, _ in try await callRPC(request) }
    router.get("/healthz") { _, _ in Answer.json(["status": "alive"]) }
    router.get("/readyz") { _, _ in await ready() }
    return router
  }
}
