import Foundation

extension JobDefinition {
  /// `dbutils.py:validate_yaml`, in its order: recipients one after the other, then the query.
  ///
  /// - Parameter names: what the database knows; nil leaves out what only it can say.
  func checkNotify(_ rules: SubmissionRules, _ names: NotifiableNames?) throws(DefinitionMistake) {
    guard let notify = root["notify"]?.mapping else { return }
    let path: [SchemaFailure.Step] = [.key(.string("notify"))]
    for (place, recipient) in (notify["recipients"]?.sequence ?? []).enumerated() {
      guard let to = recipient.mapping?["to"]?.mapping else { continue }
      guard let refusal = Self.refusal(of: to, rules, names) else { continue }
      throw located(refusal, at: path + [.key(.string("recipients")), .index(place)])
    }
    guard let query = notify["compare"]?.mapping?["query"]?.mapping,
      let refusal = Self.refusal(of: query, names)
    else { return }
    throw located(refusal, at: path + [.key(.string("compare")), .key(.string("query"))])
  }

  private typealias Refusal = (message: String, strictness: Strictness?)

  private func located(_ refusal: Refusal, at path: [SchemaFailure.Step]) -> DefinitionMistake {
    DefinitionMistake(
      refusal.message, line: origin.line(of: path, in: .mapping(root)), strictness: refusal.strictness)
  }

  private static func refusal(
    of recipient: YAMLMapping, _ rules: SubmissionRules, _ names: NotifiableNames?
  ) -> Refusal? {
    let isEmail = recipient["method"]?.string == "email"
    let user = recipient["user"]?.string
    if user == nil, recipient[isEmail ? "email" : "handle"] == nil {
      return (isEmail ? "No valid user or email address specified." : "No valid user or IRC handle specified.", nil)
    }
    if let user, !(rules == .lava2026_10 && user == deviceOwner) {
      guard let names, !names.usernames.contains(user) else { return nil }
      return (unknownUser(user), nil)
    }
    guard let email = recipient["email"]?.string else { return nil }
    let words = "\(email.pythonRepr) is not a valid email address."
    switch EmailAddress.verdict(on: email, rules) {
    case .good: return nil
    case .bad: return (words, nil)
    case .domainNotASCII: return ("\(words.dropLast()): write its domain in the xn-- form", .emailDomain)
    }
  }

  /// Stands for whoever owns the board, since 2025.02 (`models.py:NotificationRecipient`).
  static let deviceOwner = "{LAVA_DEVICE_OWNER}"

  /// LAVA's words for a recipient it has no user for.
  static func unknownUser(_ user: String) -> String { "\(user.pythonRepr) is not an existing user in LAVA." }

  private static func refusal(of query: YAMLMapping, _ names: NotifiableNames?) -> Refusal? {
    guard let owner = query["username"]?.string else { return customRefusal(of: query) }
    guard let names else { return nil }
    let title = "~\(owner)/\(query["name"]?.string ?? "")"
    guard let queries = names.queries else {
      return (
        "Boardcast may not look whether LAVA has the query \(title); run 'boardcast enable' to let it", .unseenQuery
      )
    }
    guard let isOfJobs = queries[.init(owner: owner, name: query["name"]?.string ?? "")] else {
      return ("Query \(title) does not exist", nil)
    }
    return isOfJobs ? nil : ("Only TestJob queries allowed.", nil)
  }

  /// `lava_results_app/models.py:Query.validate_custom_query`, which puts the conditions into one text and takes that
  /// apart again.
  private static func customRefusal(of query: YAMLMapping) -> Refusal? {
    guard query["entity"]?.string == "testjob" else { return ("Only TestJob queries allowed.", nil) }
    guard let conditions = query["conditions"]?.mapping else { return ("'NoneType' object is not iterable", nil) }
    let text = conditions.entries.map { "\($0.key.pythonText)__\($0.value.pythonText)" }.joined(separator: ",")
    guard !text.isEmpty else { return nil }
    for condition in text.split(separator: ",", omittingEmptySubsequences: false) {
      let fields = String(condition).components(separatedBy: "__")
      guard (2...4).contains(fields.count) else {
        return ("Conditions URL incorrect. Please refer to query docs.", nil)
      }
      guard fields.count == 4, !tables.contains(fields[0]) else { continue }
      return ("Wrong table name in entity param. Please refer to query docs.", nil)
    }
    return nil
  }

  /// The tables a condition may be about (`QueryCondition.RELATION_MAP`).
  private static let tables: Set<String> = ["testjob", "testsuite", "testcase", "namedtestattribute"]
}
