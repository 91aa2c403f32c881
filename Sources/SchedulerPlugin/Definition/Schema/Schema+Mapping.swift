extension Schema {
  /// `schema_builder.py:_compile_dict`: exclusive keys first, then the keys in the order of the data, then missing
  /// ones.
  func checkMapping(
    _ fields: [Field], _ extra: Bool, _ value: YAMLValue, _ path: [SchemaFailure.Step]
  ) throws(SchemaFailure) {
    guard let mapping = value.mapping else { throw SchemaFailure("expected a dictionary", path) }
    let exclusions = exclusionProblems(fields, mapping, path)
    if !exclusions.isEmpty { throw SchemaFailure(exclusions) }

    var problems: [SchemaFailure.Problem] = []
    for entry in mapping.entries {
      let keyPath = path + [.key(entry.key)]
      guard let field = fields.first(where: { $0.fits(entry.key) }) else {
        if !extra { problems.append(.init(message: "extra keys not allowed", path: keyPath)) }
        continue
      }
      do {
        try field.value.check(entry.value, at: keyPath)
      } catch {
        problems += error.problems.map { problem in
          var problem = problem
          if problem.path.count <= keyPath.count { problem.isOfDictionaryValue = true }
          return problem
        }
      }
    }
    for case .required(let name) in fields.map(\.need) where mapping[name] == nil {
      problems.append(.init(message: "required key not provided", path: path + [.key(.string(name))]))
    }
    if !problems.isEmpty { throw SchemaFailure(problems) }
  }

  private func exclusionProblems(
    _ fields: [Field], _ mapping: YAMLMapping, _ path: [SchemaFailure.Step]
  ) -> [SchemaFailure.Problem] {
    var groups: [(name: String, count: Int)] = []
    for case .excluding(let name, let group) in fields.map(\.need) where mapping[name] != nil {
      if let place = groups.firstIndex(where: { $0.name == group }) {
        groups[place].count += 1
      } else {
        groups.append((group, 1))
      }
    }
    return groups.filter { $0.count > 1 }.map { group in
      let message = "two or more values in the same group of exclusion '\(group.name)'"
      return .init(message: message, path: path + [.group(group.name)])
    }
  }
}

extension Schema.Field {
  fileprivate enum Need {
    case required(String)
    case excluding(String, group: String)
    case none
  }

  fileprivate var need: Need {
    guard case .literal(let name) = key else { return .none }
    switch presence {
    case .required: return .required(name)
    case .exclusive(let group): return .excluding(name, group: group)
    case .optional: return .none
    }
  }
}
