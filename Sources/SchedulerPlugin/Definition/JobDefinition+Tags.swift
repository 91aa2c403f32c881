extension JobDefinition {
  /// The definition with these tags appended to `tags`, those it has already left out.
  public func addingTags(_ tags: [String]) -> JobDefinition {
    var wanted = root["tags"]?.sequence ?? []
    for tag in tags where !wanted.contains(.string(tag)) { wanted.append(.string(tag)) }
    guard wanted.count > (root["tags"]?.sequence?.count ?? 0) else { return self }
    var copy = self
    copy.root.set(.string("tags"), to: .sequence(wanted))
    // The list is a new one: no longer the one an anchor may have named.
    if let place = copy.root.index(of: .string("tags")) {
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
