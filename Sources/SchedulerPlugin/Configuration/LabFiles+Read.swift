internal import BoardInventory

extension LabFiles {
  /// Reads all the folders.
  ///
  /// A file with a mistake never takes the others down and never replaces its own last good form: that is kept from
  /// `previous`, and the mistake is listed. For templates and device types the last good *set* is kept, because they
  /// refer to one another.
  ///
  /// - Parameters:
  ///   - folders: where the files are.
  ///   - previous: what was read before; nil at start.
  ///   - mayCancel: whether LAVA can be asked to cancel jobs, as `newer_build: cancel` wants.
  public static func read(
    _ folders: LabFolders, previous: LabFiles? = nil, compiled: [any Rule] = CompiledRules.all, mayCancel: Bool = true
  ) -> LabFiles {
    var mistakes: [FileMistake] = []
    let catalogue = keep(&mistakes) { () throws(FileMistake) in try DeviceCatalogue(folders: folders.devices) }
    let templates = keep(&mistakes) { () throws(FileMistake) in try TemplateLibrary(folders: folders.templates) }
    var rules = compiled
    mistakes += compiled.flatMap { ($0 as? ComposedRule)?.mistakes ?? [] }
    for folder in folders.rules {
      var fromEarlierFolders = Set(rules.map(\.name))
      fromEarlierFolders.subtract(compiled.map(\.name))
      for file in YAMLFile.files(in: folder) {
        let old = previous?.rules.first { ($0 as? DeclaredRule)?.file == file }
        let rule: (any Rule)? = keep(&mistakes) { () throws(FileMistake) in try DeclaredRule(file: file) } ?? old
        guard let rule, !fromEarlierFolders.contains(rule.name) else { continue }
        if let other = rules.first(where: { $0.name == rule.name }) {
          let place = (other as? DeclaredRule)?.file ?? "the rules written in Swift"
          mistakes.append(
            FileMistake(
              file: file, message: "the rule '\(rule.name)' is in \(place) too", mend: "give one of them another name"))
        } else {
          rules.append(rule)
        }
      }
    }
    let library = templates ?? previous?.templates ?? TemplateLibrary()
    let parameters = ParametersCheck(library)
    for rule in rules {
      mistakes += parameters.mistakes(rule)
      if !mayCancel, let mistake = rule.declaration?.cancelsInVain { mistakes.append(mistake) }
    }
    let producers = ProducerFiles.read(folders.producers, previous: previous?.producers)
    mistakes += producers.mistakes
    var files = LabFiles(
      catalogue: catalogue ?? previous?.catalogue ?? DeviceCatalogue([]),
      templates: library,
      rules: rules, mistakes: mistakes)
    files.producers = producers.files
    return files
  }

  private static func keep<Value>(
    _ mistakes: inout [FileMistake], _ read: () throws(FileMistake) -> Value
  ) -> Value? {
    do {
      return try read()
    } catch {
      mistakes.append(error)
      return nil
    }
  }
}

/// Where the checked-in files are; in each list the lab's own folder stands before the shipped one.
public struct LabFolders: Hashable, Sendable {
  /// Folders of device type files.
  public var devices: [String]
  /// Folders of job templates.
  public var templates: [String]
  /// Folders of rule files.
  public var rules: [String]
  /// Folders of producer files.
  public var producers: [String]

  /// Folders by kind.
  public init(devices: [String], templates: [String], rules: [String], producers: [String] = []) {
    self.producers = producers
    self.devices = devices
    self.templates = templates
    self.rules = rules
  }
}
