extension JobDefinition {
  /// `schema.py:_validate_vcs_parameters`.
  func checkTestRepositories() throws(DefinitionMistake) {
    for (place, action) in (root["actions"]?.sequence ?? []).enumerated() {
      guard let definitions = action.mapping?["test"]?.mapping?["definitions"] else { continue }
      let path: [SchemaFailure.Step] = [
        .key(.string("actions")), .index(place), .key(.string("test")), .key(.string("definitions")),
      ]
      // A test that matched as monitors may hold anything here; LAVA then fails with an internal error.
      guard let definitions = definitions.sequence else { throw mistake("expected a list", at: path, .breaksLAVA) }
      for (index, definition) in definitions.enumerated() {
        guard let definition = definition.mapping else {
          throw mistake("expected a dictionary", at: path + [.index(index)], .breaksLAVA)
        }
        guard definition["revision"] != nil, definition["shallow"] == .bool(true) else { continue }
        throw DefinitionMistake(
          "When 'revision' is used, 'shallow' shouldn't be 'True'",
          line: origin.line(of: path + [.index(index), .key(.string("shallow"))], in: .mapping(root)))
      }
    }
  }

  /// `models.py:_create_pipeline_job`.
  func checkPriority() throws(DefinitionMistake) {
    guard let value = root["priority"], value.isPythonInt else { return }
    if let number = value.integer, (0...100).contains(number) { return }
    throw DefinitionMistake(
      "Invalid job priority: \(value.pythonText). Should be in [0, 100]",
      line: origin.line(of: [.key(.string("priority"))], in: .mapping(root)))
  }
}
