/// One board's file held against what was applied last and what is there now; makes the plan.
struct BoardComparison {
  let file: BoardFile
  let facts: RegistrationFacts
  let found: DictionaryFolder.Found?
  let force: Bool
  var plan: BoardPlan
  var record: RegistrationRecord

  init(file: BoardFile, facts: RegistrationFacts, found: DictionaryFolder.Found?, force: Bool) {
    self.file = file
    self.facts = facts
    self.found = found
    self.force = force
    plan = BoardPlan(hostname: file.hostname)
    record = RegistrationRecord(
      capabilities: file.capabilities ?? .init(), dictionary: file.dictionary?.digest, source: file.place.words)
    record.applied.deviceType = file.deviceType
    record.applied.worker = file.worker
    record.applied.tags = file.tags?.sorted()
    record.applied.description = file.description
  }

  var last: RegistrationRecord? { facts.records[file.hostname] }

  mutating func compare() {
    if let device = facts.devices[file.hostname] {
      if device.isSynced { leaveToSync(device) } else { change(device) }
    } else {
      create()
    }
    compareCapabilities()
    record.applied.isAccepted = nil
    let touched = !plan.steps.isEmpty && plan.steps.contains { if case .update = $0 { false } else { true } }
    let isAccepted = last?.applied.isAccepted == true && !touched && last?.dictionary == record.dictionary
    if isAccepted { record.applied.isAccepted = true }
    plan.mustBeAsked = !isAccepted
    var kept = last
    // The lines of a file move when somebody writes above them; that alone is no news.
    if let last, last.file == file.place.file { kept?.source = record.source }
    if kept != record { plan.record = record }
  }

  private mutating func create() {
    plan.isNew = true
    if last != nil, !force {
      conflict("board", "an earlier apply put it in and somebody deleted it from LAVA since; it would be made again")
    }
    guard let type = file.deviceType, let worker = file.worker else { return }
    addMissing(type: type, worker: worker)
    plan.steps.append(
      .addDevice(type: type, worker: worker, description: file.description, health: file.health.deviceHealth))
    plan.differences += [
      BoardPlan.Difference(subject: "device_type", from: nil, to: type),
      BoardPlan.Difference(subject: "worker", from: nil, to: worker),
      BoardPlan.Difference(subject: "health", from: nil, to: file.health.deviceHealth.word),
    ]
    if let text = file.description {
      plan.differences.append(BoardPlan.Difference(subject: "description", from: nil, to: text))
    }
    if let tags = file.tags, !tags.isEmpty {
      plan.steps.append(.addTags(tags.sorted()))
      plan.differences.append(BoardPlan.Difference(subject: "tags", from: nil, to: words(tags)))
    }
    compareDictionary()
  }

  private mutating func change(_ device: RegistrationFacts.Device) {
    if let wanted = file.deviceType, wanted != device.deviceType {
      conflict(
        "device_type",
        "LAVA says \(device.deviceType), the file says \(wanted); LAVA's commands cannot change a device's type: "
          + "change it in LAVA's admin pages, or the file", yields: false)
    }
    var update: (worker: String?, description: String?, health: DeviceHealth?) = (nil, nil, nil)
    if wins("worker", file.worker, last?.applied.worker, device.worker ?? "") {
      update.worker = file.worker
      if let worker = file.worker { addMissing(type: nil, worker: worker) }
    }
    if wins("description", file.description, last?.applied.description, device.description) {
      update.description = file.description
    }
    if last?.applied.isRetired == true, device.health == DeviceHealth.retired.rawValue {
      update.health = file.health == .retired ? nil : file.health.deviceHealth
      if let health = update.health {
        plan.differences.append(
          BoardPlan.Difference(subject: "health", from: DeviceHealth.retired.word, to: health.word))
      }
    }
    var removed: [String] = []
    if let wanted = file.tags, wantsTags(wanted, device.tags) {
      let added = wanted.subtracting(device.tags).sorted()
      if !added.isEmpty { plan.steps.append(.addTags(added)) }
      removed = device.tags.subtracting(wanted).sorted()
    }
    compareDictionary()
    if update != (nil, nil, nil) {
      plan.steps.append(
        .update(worker: update.worker, description: update.description, health: update.health))
    }
    if !removed.isEmpty { plan.steps.append(.removeTags(removed)) }
  }

  /// The board's rows and dictionary are `lava-server manage sync`'s; only what it can run may be said.
  private mutating func leaveToSync(_ device: RegistrationFacts.Device) {
    record.applied = .init()
    record.dictionary = nil
    var left: [String] = []
    if let type = file.deviceType, type != device.deviceType { left.append("device_type") }
    if let worker = file.worker, worker != device.worker { left.append("worker") }
    if let tags = file.tags, tags != device.tags { left.append("tags") }
    if let text = file.description, text != device.description { left.append("description") }
    if let wanted = file.dictionary, wanted.digest != found?.digest { left.append("dictionary") }
    guard !left.isEmpty else { return }
    plan.notes.append(
      "the board belongs to LAVA's sync (is_synced), which takes it from its dictionary: "
        + "\(left.joined(separator: ", ")) left as LAVA has it")
  }

  private mutating func addMissing(type: String?, worker: String) {
    if let type, !facts.deviceTypes.contains(type) {
      plan.steps.append(.addType(type))
      plan.notes.append("the device type \(type) is new to LAVA")
    }
    if !facts.workers.contains(worker) {
      plan.steps.append(.addWorker(worker))
      plan.notes.append(
        "the worker \(worker) is new to LAVA; 'lava-server manage workers details \(worker)' shows the token it needs")
    }
  }

  /// Whether LAVA must be given the file's word; notes the difference, or the conflict.
  private mutating func wins(_ subject: String, _ wanted: String?, _ last: String?, _ live: String) -> Bool {
    guard let wanted, wanted != live else { return false }
    if live != last, !force {
      let said = live.isEmpty ? "nothing" : "'\(live)'"
      conflict(
        subject,
        last.map {
          "somebody changed it in LAVA from '\($0)' to \(said), the file says '\(wanted)'; \(said) would be lost"
        }
          ?? "LAVA says \(said), the file says '\(wanted)', and no apply ever said either; \(said) would be lost")
      return false
    }
    plan.differences.append(BoardPlan.Difference(subject: subject, from: live.isEmpty ? nil : live, to: wanted))
    return true
  }

  /// As `wins`, tag by tag: what an apply that failed half way did is no change by hand.
  private mutating func wantsTags(_ wanted: Set<String>, _ live: Set<String>) -> Bool {
    if let applied = last?.applied.tags.map(Set.init) {
      let isForeign = !live.subtracting(applied).isSubset(of: wanted)
      let isMissing = !applied.intersection(wanted).isSubset(of: live)
      if !isForeign, !isMissing, wanted != live {
        plan.differences.append(
          BoardPlan.Difference(subject: "tags", from: live.isEmpty ? nil : words(live), to: words(wanted)))
        return true
      }
    }
    return wins("tags", words(wanted), last?.applied.tags.map { words(Set($0)) }, words(live))
  }

  private mutating func compareDictionary() {
    guard let wanted = file.dictionary, wanted.digest != found?.digest else { return }
    guard let found else {
      plan.steps.append(.writeDictionary(wanted))
      var difference = BoardPlan.Difference(subject: "dictionary", from: nil, to: "\(wanted)")
      difference.lines = wanted.lines.map { "+\($0)" }
      plan.differences.append(difference)
      return
    }
    if found.isLink {
      return conflict(
        "dictionary", "it is a symbolic link, so somebody keeps it elsewhere; change it there, or take the link away",
        yields: false)
    }
    let change = found.dictionary.map { wanted.difference(from: $0) }
    let words = change.map { $0.count == 1 ? "1 line differs" : "\($0.count) lines differ" } ?? "it is not UTF-8"
    if found.digest != last?.dictionary, !force {
      return conflict(
        "dictionary",
        (last?.dictionary == nil ? "one that no apply wrote is there" : "somebody changed it since it was applied")
          + " (\(words)); that would be lost")
    }
    plan.steps.append(.writeDictionary(wanted))
    plan.differences.append(
      BoardPlan.Difference(
        subject: "dictionary", from: found.dictionary.map { "\($0)" } ?? "not UTF-8", to: words,
        lines: change?.lines ?? []))
  }

  private mutating func compareCapabilities() {
    let before = last?.capabilities ?? .init()
    for ((kind, from), (_, to)) in zip(before.words, record.capabilities.words) where from != to {
      plan.differences.append(BoardPlan.Difference(subject: kind, from: from, to: to))
    }
  }

  private mutating func conflict(_ subject: String, _ words: String, yields: Bool = true) {
    plan.conflicts.append(BoardPlan.Conflict(subject: subject, words: words, yieldsToForce: yields))
  }

  private func words(_ tags: Set<String>) -> String { tags.sorted().joined(separator: " ") }
}
