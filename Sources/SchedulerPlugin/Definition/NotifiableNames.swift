/// What LAVA's database says of the names in a job's `notify` block.
public struct NotifiableNames: Hashable, Sendable {
  /// A saved query, by which a job's results may be compared.
  public struct Query: Hashable, Sendable {
    /// The username of its owner.
    public let owner: String
    /// Its name.
    public let name: String

    /// A query by owner and name.
    public init(owner: String, name: String) {
      self.owner = owner
      self.name = name
    }
  }

  /// Names of LAVA's users, active or not.
  public var usernames: Set<String>
  /// Saved queries, and whether each is one over jobs; nil where the account may not read them.
  public var queries: [Query: Bool]?

  /// The names as they were read.
  public init(usernames: Set<String>, queries: [Query: Bool]?) {
    self.usernames = usernames
    self.queries = queries
  }
}
