import ArgumentParser
import BoardInventory
import Foundation
import SchedulerPlugin

/// Where LAVA's own command and files are, for the commands that register boards.
struct LAVAPlaceOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "LAVA's management command, which changes what is LAVA's. Default: config.yaml's lava_manage, or lava-server manage.",
      valueName: "command"))
  var lavaManage: String?

  @Option(
    help: ArgumentHelp(
      "The folder of LAVA's device dictionaries. Default: config.yaml's lava_dictionaries, or as LAVA's settings say.",
      valueName: "folder"))
  var dictionaries: String?

  @Option(
    help: ArgumentHelp(
      "A folder of LAVA's device-type templates; may be given several times. Default: config.yaml's lava_templates, or "
        + "as LAVA's settings say.", valueName: "folder"))
  var templates: [String] = []

  func command(_ configuration: Configuration) -> LAVACommand {
    LAVACommand(
      words: lavaManage.map { LAVACommand.words(of: [$0]) } ?? configuration.lavaManage ?? LAVACommand.standard)
  }

  func folder(_ configuration: Configuration) throws -> DictionaryFolder {
    if let path = dictionaries ?? configuration.dictionaries { return DictionaryFolder(path: path) }
    let told = try LAVASettings().deviceFolders(environment: ProcessInfo.processInfo.environment)
    return DictionaryFolder(path: told.dictionaries ?? DictionaryFolder.standard)
  }

  func templates(_ configuration: Configuration) throws -> LAVATemplates {
    let given = templates.isEmpty ? configuration.lavaTemplates : templates
    let told = try LAVASettings().deviceFolders(environment: ProcessInfo.processInfo.environment)
    return LAVATemplates(
      folders: given ?? told.templates ?? LAVATemplates.standard,
      catalogue: LabFiles.read(configuration.folders).catalogue)
  }
}
