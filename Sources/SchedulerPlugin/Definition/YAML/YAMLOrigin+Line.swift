extension YAMLOrigin {
  /// The line of the place a path leads to, or of the last step that exists: the line of the key for a mapping's value.
  func line(of path: [SchemaFailure.Step], in value: YAMLValue) -> Int? {
    var line = mark?.line
    var origin = self
    var value = value
    for step in path {
      switch (step, value) {
      case (.key(let key), .mapping(let mapping)):
        guard let place = mapping.index(of: key) else { return line }
        line = origin.key(place)?.line ?? line
        origin = origin.child(place)
        value = mapping.entries[place].value
      case (.index(let place), .sequence(let items)):
        guard items.indices.contains(place) else { return line }
        origin = origin.child(place)
        line = origin.mark?.line ?? line
        value = items[place]
      default:
        return line
      }
    }
    return line
  }
}
