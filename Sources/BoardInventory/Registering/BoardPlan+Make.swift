extension BoardPlan {
  /// Compares what was applied last, what is in LAVA, and what is wanted.
  ///
  /// Where LAVA differs from the file, and still says what was applied last, the file is new and wins. Where LAVA says
  /// something else, somebody changed it by hand: a conflict, which `force` settles for the file.
  ///
  /// - Parameters:
  ///   - file: what is wanted; checked by `BoardCheck` before.
  ///   - found: the dictionary on disk.
  public static func make(
    _ file: BoardFile, _ facts: RegistrationFacts, found: DictionaryFolder.Found?, force: Bool
  ) -> BoardPlan {
    var draft = BoardComparison(file: file, facts: facts, found: found, force: force)
    draft.compare()
    return draft.plan
  }

  /// Retires a board whose file is gone; nil when there is nothing to do.
  static func retiring(_ hostname: String, _ facts: RegistrationFacts) -> BoardPlan? {
    guard let device = facts.devices[hostname], var record = facts.records[hostname], record.applied.isRetired != true
    else { return nil }
    var plan = BoardPlan(hostname: hostname)
    if device.isSynced {
      plan.notes.append("its file is gone, but the board belongs to LAVA's sync: it is left as it is")
      return plan
    }
    guard device.health != DeviceHealth.retired.rawValue else { return nil }
    plan.steps = [.update(worker: nil, description: nil, health: .retired)]
    plan.differences = [
      Difference(subject: "health", from: DeviceHealth(rawValue: device.health)?.word, to: DeviceHealth.retired.word)
    ]
    record.applied.isRetired = true
    plan.record = record
    return plan
  }
}
