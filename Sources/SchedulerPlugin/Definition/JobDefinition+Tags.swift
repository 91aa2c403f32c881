extension JobDefinition {
  /// The definition with these tags appended to `tags`, those it has already left out.
  public func addingTags(_ tags: [String]) -> JobDefinition {
    var wanted = root["tags"]?.sequence ?? []
    for tag in tags where !wanted.contains(.string(tag)) { wanted.append(.string(tag)) }
    guard wanted.count > (root["tags"]?.sequence?.count ?? 0) else { return self }
    return setting("tags", to: .sequence(wanted))
  }
}
