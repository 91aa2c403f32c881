internal import Matcher

/// Everything LAVA would refuse in a board's file, or accept and then stumble over, found before anything is written.
public struct BoardCheck: Sendable {
  let facts: RegistrationFacts
  let tables: LAVATables
  let templates: LAVATemplates
  let createsWorkers: Bool

  /// - Parameter createsWorkers: a worker that LAVA does not have is no mistake.
  public init(facts: RegistrationFacts, tables: LAVATables, templates: LAVATemplates, createsWorkers: Bool) {
    self.facts = facts
    self.tables = tables
    self.templates = templates
    self.createsWorkers = createsWorkers
  }

  /// What is wrong with a file, each with its line; empty for a file that can be applied.
  public func mistakes(in file: BoardFile, found: DictionaryFolder.Found?) -> [FileMistake] {
    let device = facts.devices[file.hostname]
    if device?.isSynced == true { return [] }
    var mistakes = tags(file) + worker(file) + type(file)
    if device == nil { mistakes += newBoard(file, found) }
    // What LAVA reads already is LAVA's to judge.
    if let dictionary = file.dictionary, dictionary.digest != found?.digest {
      mistakes += self.dictionary(dictionary, file)
    }
    return mistakes
  }

  private func newBoard(_ file: BoardFile, _ found: DictionaryFolder.Found?) -> [FileMistake] {
    var mistakes: [FileMistake] = []
    if let problem = Self.problem(
      ofHost: file.hostname, longest: tables.longest("hostname", in: "lava_scheduler_app_device"))
    {
      mistakes.append(file.mistake("board", "LAVA would refuse the hostname '\(file.hostname)': \(problem)"))
    }
    for (key, value) in [("device_type", file.deviceType), ("worker", file.worker)] where value == nil {
      mistakes.append(
        file.mistake("board", "LAVA does not have '\(file.hostname)' yet, and '\(key)' is missing", mend: "add it"))
    }
    if file.dictionary == nil, found == nil, [.unknown, .good].contains(file.health) {
      mistakes.append(
        file.mistake(
          "board", "'\(file.hostname)' has no device dictionary; LAVA would call it Bad at its first job",
          mend: "add 'dictionary:' or 'dictionary_file:', or put it in with 'health: maintenance'"))
    }
    return mistakes
  }

  private func type(_ file: BoardFile) -> [FileMistake] {
    guard let type = file.deviceType, !facts.deviceTypes.contains(type) else { return [] }
    let longest = tables.longest("name", in: "lava_scheduler_app_devicetype") ?? 50
    if type.unicodeScalars.count > longest || type.wholeMatch(of: /[-_a-zA-Z0-9]+/) == nil || type.hasPrefix("-") {
      return [
        file.mistake(
          "device_type", "'\(type)' is no name of a device type",
          mend: "use letters, digits, '-' and '_', \(longest) at most")
      ]
    }
    if facts.aliases.contains(type) {
      return [file.mistake("device_type", "'\(type)' is an alias in LAVA", mend: "name the type it stands for")]
    }
    // A dictionary may be whole in itself, or extend the template of another type.
    if templates.serves(type) || file.dictionary?.template.map(templates.has) ?? (file.dictionary != nil) { return [] }
    let near = NearestName.to(type, among: templates.names.union(facts.deviceTypes))
    return [
      file.mistake(
        "device_type", "no template serves the device type '\(type)' (looked in \(templates.source))",
        mend: near.map { "did you mean '\($0)'?" }
          ?? "add a template, or a dictionary that extends another type's")
    ]
  }

  private func worker(_ file: BoardFile) -> [FileMistake] {
    guard let worker = file.worker, !facts.workers.contains(worker) else { return [] }
    guard createsWorkers else {
      let near = NearestName.to(worker, among: facts.workers).map { "did you mean '\($0)'? " } ?? ""
      return [
        file.mistake(
          "worker", "LAVA has no worker '\(worker)'", mend: near + "--create-worker makes workers that are not there")
      ]
    }
    return Self.problem(ofHost: worker, longest: tables.longest("hostname", in: "lava_scheduler_app_worker")).map {
      [file.mistake("worker", "LAVA would refuse the worker '\(worker)': \($0)")]
    } ?? []
  }

  private func tags(_ file: BoardFile) -> [FileMistake] {
    let longest = tables.longest("name", in: "lava_scheduler_app_tag") ?? 50
    return (file.tags ?? []).sorted().compactMap { tag in
      guard !facts.tags.contains(tag) else { return nil }
      if tag.unicodeScalars.count > longest {
        return file.mistake(
          "tags",
          "the tag '\(tag.prefix(20))…' has \(tag.unicodeScalars.count) characters; this LAVA's limit is \(longest)")
      }
      // LAVA's forms ask for a slug; its command line would take a leading '-' for an option.
      guard tag.wholeMatch(of: /[_a-zA-Z0-9][-_a-zA-Z0-9]*/) != nil else {
        return file.mistake("tags", "'\(tag)' is no tag", mend: "use letters, digits, '-' and '_', and no '-' first")
      }
      return nil
    }
  }

  private func dictionary(_ dictionary: DictionaryText, _ file: BoardFile) -> [FileMistake] {
    let key = file.place.lines["dictionary"] != nil ? "dictionary" : "dictionary_file"
    var mistakes: [FileMistake] = []
    if dictionary.isForSync {
      mistakes.append(
        file.mistake(
          key, "the dictionary sets sync_to_lava, so the board would be LAVA's sync's",
          mend: "take that line out, or let 'lava-server manage sync' put the board in"))
    }
    if let template = dictionary.template, !templates.has(template) {
      let near = NearestName.to(template, among: templates.names.map { $0 + ".jinja2" })
      mistakes.append(
        file.mistake(
          key, "the dictionary extends '\(template)', and LAVA has no such template (looked in \(templates.source))",
          mend: near.map { "did you mean '\($0)'?" }))
    }
    return mistakes
  }

  /// Why LAVA cannot work with a hostname; nil when it can. 2026.10 refuses `/` (validators.py), the column what is too
  /// long; 2023.01 takes the rest and then cannot show the device (lava_scheduler_app/urls.py).
  static func problem(ofHost name: String, longest: Int?) -> String? {
    let longest = longest ?? 200
    if name.unicodeScalars.count > longest { return "it has more than \(longest) characters" }
    if name.hasPrefix("-") { return "LAVA's command line would take it for an option" }
    if name.hasPrefix(".") { return "its dictionary would be a hidden file" }
    guard name.wholeMatch(of: /[-_a-zA-Z0-9.@]+/) != nil else { return "use letters, digits, '-', '_', '.' and '@'" }
    return nil
  }
}
