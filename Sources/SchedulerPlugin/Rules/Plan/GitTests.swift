/// A test definition that a rule takes out of a git repository, which LAVA's worker clones.
public struct GitTests: Hashable, Sendable {
  /// The name of its results in LAVA: letters, digits, `-`, `_` and `.`.
  public var name: String
  /// Where git clones it from.
  public var repository: String
  /// The definition's file in the repository.
  public var path: String
  /// The branch; nil for the repository's own.
  public var branch: String?
  /// The commit or tag; nil for the branch's newest.
  public var revision: String?
  /// Values for the definition's own parameters.
  public var parameters: [String: String]
  /// How long it may run, in seconds.
  public var timeout: Int

  /// A definition; half an hour to run unless told.
  public init(
    name: String, repository: String, path: String, branch: String? = nil, revision: String? = nil,
    parameters: [String: String] = [:], timeout: Int = 1_800
  ) {
    self.name = name
    self.repository = repository
    self.path = path
    self.branch = branch
    self.revision = revision
    self.parameters = parameters
    self.timeout = timeout
  }

  /// The definition as LAVA's schema wants it (lava_common/schemas/test/definition.py), the same in both generations.
  var definition: [String: Any] {
    var definition: [String: Any] = ["from": "git", "name": name, "repository": repository, "path": path]
    if let branch { definition["branch"] = branch }
    if let revision { definition["revision"] = revision }
    if !parameters.isEmpty { definition["parameters"] = parameters }
    return definition
  }
}
