import BoardInventory
import Matcher

/// Do the names a rule uses exist in the lab?
struct NamesCheck {
  private let lab: LabSnapshot
  private let types: LAVATypes
  private let users: Set<String>
  private let groups: Set<String>
  private let grants: SubmitterGrants
  private let tags: Set<String>
  private let workers: Set<String>
  private let boardsOfType: [String: [LabBoard]]

  init(lab: LabSnapshot, types: LAVATypes, users: Set<String>, groups: Set<String>, grants: SubmitterGrants) {
    self.lab = lab
    self.types = types
    self.users = users
    self.groups = groups
    self.grants = grants
    var tags: Set<String> = []
    var workers: Set<String> = []
    for board in lab.boards {
      tags.formUnion(board.board.tags)
      if let worker = board.row.worker { workers.insert(worker.hostname) }
    }
    self.tags = tags
    self.workers = workers
    boardsOfType = Dictionary(grouping: lab.boards, by: \.board.deviceType)
  }

  func findings(_ rule: any Rule, _ plan: TestPlan) -> [LabCheck.Finding] {
    let filters = [plan.only, plan.excluding].compactMap { $0 }
    let named = filters.reduce(plan.narrowing.deviceTypes) { $0.union($1.deviceTypes) }
    var findings = named.sorted().flatMap { type(rule, $0) }
    for tag in filters.reduce(plan.narrowing.tags, { $0.union($1.tags) }).sorted() where !tags.contains(tag) {
      findings.append(.init(rule, near: tag, "no board of the lab carries the tag '\(tag)'", mend: near(tag, tags)))
    }
    let hostnames = Set(lab.boards.map(\.board.hostname))
    for filter in filters {
      findings += patterns(rule, "worker", filter.workers, workers)
      findings += patterns(rule, "board", filter.boards, hostnames)
    }
    if let name = plan.submitter, !users.contains(name) {
      findings.append(
        .init(
          rule, isMistake: true, near: name, "LAVA has no active user '\(name)', the rule's submitter",
          mend: near(name, users)))
    } else if let name = plan.submitter, !grants.mention(name, rule: rule.name) {
      findings.append(
        .init(
          rule, near: name,
          "permission: config.yaml lets the rule submit in the name of '\(name)' for nobody's events but that user's own",
          mend: "add there: \(SubmitterGrants.entry(name, "USER", rule.name))"))
    }
    if case .groups(let wanted) = plan.visibility { findings += unknown(rule, groups: wanted) }
    return findings
  }

  private func type(_ rule: any Rule, _ name: DeviceTypeName) -> [LabCheck.Finding] {
    let text = name.name
    if let alias = types.aliases.keys.first(where: { DeviceTypeName($0) == name }), let type = types.aliases[alias] {
      return [
        .init(rule, near: text, "'\(text)' is LAVA's alias of the device type '\(type)'", mend: "write '\(type)'")
      ] + state(rule, text, of: type)
    }
    if let type = types.names.first(where: { DeviceTypeName($0) == name }) { return state(rule, text, of: type) }
    // A name like none of LAVA's is probably for another lab that uses the same rules.
    let mend = near(text, Set(types.names).union(types.aliases.keys))
    return [.init(rule, isMistake: mend != nil, near: text, "LAVA has no device type '\(text)'", mend: mend)]
  }

  private func state(_ rule: any Rule, _ text: String, of type: String) -> [LabCheck.Finding] {
    guard let boards = boardsOfType[type], let first = boards.first else {
      return [.init(rule, near: text, "the lab has no board of the device type '\(type)'")]
    }
    if !first.row.typeDisplayed {
      return [.init(rule, near: text, "the device type '\(type)' is hidden in LAVA, and gets no jobs")]
    }
    if boards.allSatisfy({ $0.board.availability.kind == .gone }) {
      return [.init(rule, near: text, "every board of the device type '\(type)' is retired")]
    }
    return []
  }

  private func patterns(
    _ rule: any Rule, _ kind: String, _ patterns: [GlobPattern], _ names: Set<String>
  ) -> [LabCheck.Finding] {
    patterns.filter { pattern in !names.contains { pattern.fits($0) } }.map { pattern in
      .init(
        rule, near: pattern.text, "no \(kind) of the lab is called '\(pattern.text)'", mend: near(pattern.text, names))
    }
  }

  /// LAVA refuses a job only when it knows none of the groups (lava_scheduler_app/models.py:_create_pipeline_job).
  private func unknown(_ rule: any Rule, groups wanted: [String]) -> [LabCheck.Finding] {
    let unknown = wanted.filter { !groups.contains($0) }
    let isMistake = unknown.count == wanted.count
    return unknown.map { name in
      .init(
        rule, isMistake: isMistake, near: name, "LAVA has no group '\(name)' for the jobs to be visible to",
        mend: near(name, groups))
    }
  }

  private func near(_ word: String, _ names: Set<String>) -> String? {
    NearestName.to(word, among: names.sorted()).map { "did you mean '\($0)'?" }
  }
}
