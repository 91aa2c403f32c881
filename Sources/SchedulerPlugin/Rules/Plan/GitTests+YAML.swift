internal import BoardInventory

extension GitTests {
  /// Reads one of a rule's `tests`. Throws `FileMistake` with file and line.
  init(_ yaml: FileMapping) throws(FileMistake) {
    try yaml.refuseKeys(otherThan: ["name", "repository", "path", "branch", "revision", "parameters", "timeout"])
    self.init(
      name: try yaml.requiredString("name", mend: "name the tests, as LAVA's results shall call them"),
      repository: try yaml.requiredString("repository", mend: "write the address that git clones"),
      path: try yaml.requiredString("path", mend: "write the definition's file in the repository"),
      branch: try yaml.string("branch"), revision: try yaml.string("revision"))
    guard name.wholeMatch(of: /[-_a-zA-Z0-9.]+/) != nil else {
      throw yaml.mistake(
        "name", "'\(name)' can be no name of tests", mend: "LAVA takes letters, digits, '-', '_' and '.'")
    }
    // LAVA gives these to git as they are; what begins with a dash would be an option.
    for (key, value) in [("repository", repository), ("branch", branch ?? "b"), ("revision", revision ?? "r")] {
      guard value.wholeMatch(of: /[^-\s][^\s]*/) != nil else {
        throw yaml.mistake(key, "'\(value)' is nothing that git could take", mend: "leave out spaces and a leading '-'")
      }
    }
    guard !path.hasPrefix("/"), !path.split(separator: "/").contains("..") else {
      throw yaml.mistake(
        "path", "'\(path)' is not in the repository", mend: "write it as seen from the repository's top")
    }
    if let mapping = try yaml.mapping("parameters") {
      for key in mapping.keys { parameters[key] = try mapping.string(key) ?? "" }
    }
    if let mapping = try yaml.mapping("timeout") { timeout = try mapping.duration() }
  }
}
