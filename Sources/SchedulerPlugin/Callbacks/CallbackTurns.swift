/// Which callbacks are begun now. Pure.
///
/// A receiver that takes its time holds up its own host's callbacks and no others'.
struct CallbackTurns: Hashable, Sendable {
  /// How many are sent at once.
  var most = 32
  /// How many of them to one host.
  var mostPerHost = 2
  /// The hosts of those that are being sent, by number.
  private(set) var sending: [Int64: String] = [:]

  init(most: Int = 32, mostPerHost: Int = 2) {
    self.most = most
    self.mostPerHost = mostPerHost
  }

  /// Takes those of the due that may begin, in their order.
  mutating func begin(_ due: [(id: Int64, host: String)]) -> [Int64] {
    var begun: [Int64] = []
    for (id, host) in due where sending.count < most && sending[id] == nil {
      guard sending.values.count(where: { $0 == host }) < mostPerHost else { continue }
      sending[id] = host
      begun.append(id)
    }
    return begun
  }

  /// One is done, however it ended.
  mutating func end(_ id: Int64) { sending[id] = nil }
}
