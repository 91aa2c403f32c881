extension Reason {
  /// The reason that a fact of availability gives.
  public init(_ fact: Availability.Fact) {
    switch fact {
    case .reserved: self.init(.busy, "LAVA reserved it for another job")
    case .running: self.init(.busy, "another job runs on it")
    case .workerFull(let worker, let limit): self.init(.busy, "worker \(worker) runs \(limit) jobs, its limit")
    case .looping: self.init(.looping, "LAVA runs health checks on it in a loop")
    case .bad: self.init(.bad, "its health is Bad")
    case .maintenance: self.init(.maintenance, "its health is Maintenance")
    case .noWorker: self.init(.offline, "it has no worker")
    case .workerOffline(let worker): self.init(.offline, "worker \(worker) is offline")
    case .workerMaintenance(let worker): self.init(.offline, "worker \(worker) is in maintenance")
    case .typeHidden: self.init(.hidden, "its device type is hidden in LAVA")
    case .retired: self.init(.retired, "its health is Retired")
    case .workerRetired(let worker): self.init(.retired, "worker \(worker) is retired")
    case .unknownToUs(let words): self.init(.unknownState, words)
    }
  }
}
