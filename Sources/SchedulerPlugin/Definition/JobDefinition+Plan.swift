extension JobDefinition {
  /// The definition with what a rule adds: its tags, and metadata and queue timeout where the template says nothing.
  func completed(by plan: TestPlan) -> JobDefinition {
    var job = addingTags(plan.tags)
    if let seconds = plan.queueTimeout, job.queueTimeoutSeconds == nil {
      var timeouts = job.root["timeouts"]?.mapping ?? YAMLMapping([])
      timeouts.set(.string("queue"), to: .mapping(YAMLMapping([(.string("seconds"), .int(Int64(seconds)))])))
      job = job.setting("timeouts", to: .mapping(timeouts))
    }
    var metadata = job.root["metadata"]?.mapping ?? YAMLMapping([])
    let missing = plan.metadata.filter { metadata[$0.key] == nil }
    guard !missing.isEmpty else { return job }
    for (key, value) in missing.sorted(by: { $0.key < $1.key }) { metadata.set(.string(key), to: .string(value)) }
    return job.setting("metadata", to: .mapping(metadata))
  }

  /// The definition with another value of a top level key.
  func setting(_ key: String, to value: YAMLValue) -> JobDefinition {
    var copy = self
    copy.root.set(.string(key), to: value)
    // The value is a new one: no longer the one an anchor may have named.
    if let place = copy.root.index(of: .string(key)) {
      if copy.origin.children.indices.contains(place) {
        copy.origin.children[place] = .none
      } else {
        copy.origin.children.append(.none)
        copy.origin.keys.append(nil)
      }
    }
    return copy
  }
}
