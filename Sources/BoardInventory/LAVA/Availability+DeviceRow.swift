public import Matcher

extension Availability {
  /// LAVA's own predicate over a row: `lava-scheduler` `check_workers`, `scheduler.py` `filter_devices` and
  /// `schedule_jobs_for_device_type`, the same in 2023.01 and 2026.10.
  public init(_ row: DeviceRow) {
    self.init(facts: Self.deviceFacts(row) + Self.workerFacts(row) + (row.typeDisplayed ? [] : [.typeHidden]))
  }

  private static func deviceFacts(_ row: DeviceRow) -> [Fact] {
    var facts: [Fact] = []
    switch DeviceHealth(rawValue: row.health) {
    case .good, .unknown: break
    case .looping: facts.append(.looping)
    case .bad: facts.append(.bad)
    case .maintenance: facts.append(.maintenance)
    case .retired: facts.append(.retired)
    case nil: facts.append(.unknownToUs("LAVA gives it the health \(row.health), which this Boardcast does not know"))
    }
    switch DeviceState(rawValue: row.state) {
    case .idle: break
    case .reserved: facts.append(.reserved)
    case .running: facts.append(.running)
    case nil: facts.append(.unknownToUs("LAVA gives it the state \(row.state), which this Boardcast does not know"))
    }
    return facts
  }

  private static func workerFacts(_ row: DeviceRow) -> [Fact] {
    guard let worker = row.worker else { return [.noWorker] }
    var facts: [Fact] = []
    switch worker.state {
    case 0: break
    case 1: facts.append(.workerOffline(worker: worker.hostname))
    default: facts.append(.unknownToUs("worker \(worker.hostname) has the state \(worker.state)"))
    }
    switch worker.health {
    case 0: break
    case 1: facts.append(.workerMaintenance(worker: worker.hostname))
    case 2: facts.append(.workerRetired(worker: worker.hostname))
    default: facts.append(.unknownToUs("worker \(worker.hostname) has the health \(worker.health)"))
    }
    // A board that works already counts among the worker's busy ones; the limit says nothing new about it.
    if worker.jobLimit > 0, worker.busyDevices >= worker.jobLimit, row.state == DeviceState.idle.rawValue {
      facts.append(.workerFull(worker: worker.hostname, limit: worker.jobLimit))
    }
    return facts
  }
}
