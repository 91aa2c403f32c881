/// Whether LAVA would give a board a job now, by LAVA's own predicate, with every fact that speaks against it.
///
/// The predicate is that of lava-scheduler (`check_workers`, `filter_devices`, `schedule_jobs_for_device_type`) in
/// LAVA 2023.01 and 2026.10. Two of its conditions cannot be seen in tables and are not part of it: whether a health
/// check is due, and whether the device dictionary renders.
public struct Availability: Hashable, Sendable {
  /// Why a board is not free for a job.
  public enum Fact: Hashable, Sendable {
    /// LAVA reserved the board for a job (device state Reserved).
    case reserved
    /// A job runs on the board (device state Running).
    case running
    /// The board's worker already runs as many jobs as its job limit allows.
    case workerFull(worker: String, limit: Int)
    /// Device health Looping: LAVA gives it health checks only.
    case looping
    /// Device health Bad.
    case bad
    /// Device health Maintenance.
    case maintenance
    /// The board has no worker.
    case noWorker
    /// The worker has not been heard of for a minute or more.
    case workerOffline(worker: String)
    /// The worker's health is Maintenance.
    case workerMaintenance(worker: String)
    /// The device type is hidden; LAVA schedules nothing on hidden types.
    case typeHidden
    /// Device health Retired.
    case retired
    /// The worker's health is Retired.
    case workerRetired(worker: String)
    /// A state or health number this Boardcast does not know; LAVA is newer than it.
    case unknownToUs(String)
  }

  /// The facts, the weightiest first.
  public let facts: [Fact]

  /// Takes the facts in any order.
  public init(facts: [Fact] = []) {
    self.facts = facts.enumerated()
      .sorted { ($0.element.kind.weight, $1.offset) > ($1.element.kind.weight, $0.offset) }
      .map(\.element)
  }

  /// Nothing speaks against it.
  public static let ready = Availability()

  /// In one word.
  public var kind: Kind { facts.first?.kind ?? .ready }

  /// The four answers.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// LAVA would give it a job now.
    case ready
    /// It works on something; LAVA gives it the next job when that is over.
    case busy
    /// Somebody must bring it back first; until then LAVA gives it nothing.
    case away
    /// It was taken out of service.
    case gone

    var weight: Int {
      switch self {
      case .ready: 0
      case .busy: 1
      case .away: 2
      case .gone: 3
      }
    }
  }
}

extension Availability.Fact {
  /// Which of the four answers this fact alone leads to.
  public var kind: Availability.Kind {
    switch self {
    case .reserved, .running, .workerFull: .busy
    case .looping, .bad, .maintenance, .noWorker, .workerOffline, .workerMaintenance, .typeHidden, .unknownToUs: .away
    case .retired, .workerRetired: .gone
    }
  }
}
