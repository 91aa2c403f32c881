import BoardInventory
import LabSupport
import Testing

@testable import SchedulerPlugin

/// Protects people from parameters that go nowhere: a name no template reads is told when the files are read, one that a
/// template needs by `rules check`, each at the rule.
@Suite("Parameters of templates")
struct ParametersCheckTests {
  private func read(_ how: String, _ templates: [String: String], tests: String = "[]") throws -> (LabFiles, String) {
    var texts = Dictionary(uniqueKeysWithValues: templates.map { ("templates/\($0).yaml", $1) })
    texts["rules/a.yaml"] =
      "rule: a\nwhen: {source: s}\nhow:\n  template: t\n  parameters:\n    \(how)\ntests: \(tests)\n"
    let folder = try TemporaryFolder(texts)
    let files = LabFiles.read(
      LabFolders(devices: [], templates: [folder.path + "/templates"], rules: [folder.path + "/rules"]), compiled: [])
    return (files, folder.path)
  }

  private func mistakes(_ how: String, _ templates: [String: String], tests: String = "[]") throws -> [String] {
    let (files, folder) = try read(how, templates, tests: tests)
    return files.mistakes.map { $0.description.replacing(folder, with: "") }
  }

  private static let template = Example.job("metadata: {suite: {{ rule.parameters.suite|yaml }}}")

  @Test("A name that no template reads is told with the rule's line and the one that was meant")
  func unread() throws {
    #expect(
      try mistakes("suit: ltp", ["t": Self.template]) == [
        "/rules/a.yaml:6: the template 't' reads no parameter 'suit'; did you mean 'suite'?"
      ])
    #expect(
      try mistakes("unheard: 1", ["t": Self.template]) == [
        "/rules/a.yaml:6: the template 't' reads no parameter 'unheard'; it reads suite"
      ])
    #expect(
      try mistakes("a: 1", ["t": Example.job("{# rule.parameters.a #}")]) == [
        "/rules/a.yaml:6: the template 't' reads no parameter 'a'; take it out"
      ])
  }

  @Test("What a part, a test block or one of a folder's files reads is read; what takes all of them takes any")
  func isRead() throws {
    #expect(try mistakes("suite: ltp", ["t": Self.template]) == [])
    #expect(
      try mistakes(
        "suite: ltp", ["t": Example.job("{% include \"_p\" %}"), "_p": "a: {{ rule.parameters.suite|yaml }}\n"])
        == [])
    let block = "- test: {definitions: [{name: {{ rule.parameters.suite|yaml }}}]}\n"
    #expect(try mistakes("suite: a", ["t": Example.job(), "tests/b": block], tests: "[b]") == [])
    #expect(try mistakes("suite: a", ["t/qemu": Self.template, "t/u-boot": Example.job()]) == [])
    #expect(try mistakes("any: a", ["t": Example.job("metadata: {{ rule.parameters|yaml }}")]) == [])
  }

  @Test("A parameter that a template needs and the rule does not give is told at the rule, with the template's line")
  func lacking() throws {
    let (files, folder) = try read("other: 1", ["t": Self.template + "# {{ rule.parameters.other|yaml }}\n"])
    #expect(files.mistakes == [])
    #expect(
      RuleCheck(files).mistakes.map { $0.description.replacing(folder, with: "") } == [
        "/rules/a.yaml:4: the template 't' needs the parameter 'suite' (/templates/t.yaml:1), which the rule does not "
          + "give; add it to how.parameters"
      ])
  }

  @Test("The shipped rules and templates agree on their parameters")
  func shipped() { #expect(Example.shippedFiles().mistakes == []) }

  @Test("A rule that wants jobs cancelled where LAVA cannot be asked is told so by line, and stays in force")
  func cancelsInVain() throws {
    let folder = try TemporaryFolder([
      "rules/a.yaml": "rule: a\nwhen: {source: s}\nhow: {template: t}\nlimits:\n  newer_build: cancel\n"
    ])
    let folders = LabFolders(devices: [], templates: [], rules: [folder.path + "/rules"])
    #expect(LabFiles.read(folders, compiled: [], mayCancel: true).mistakes == [])
    let files = LabFiles.read(folders, compiled: [], mayCancel: false)
    #expect(
      files.mistakes.map(\.description) == [
        "\(folder.path)/rules/a.yaml:5: 'newer_build: cancel' cannot ask LAVA, and does no more than 'supersede'; "
          + "write lava_url and lava_token_file into config.yaml"
      ])
    #expect(files.rules.map(\.name) == ["a"])
    let book = LabFilesBook(folders: folders, mayCancel: false)
    // The rules written in Swift lack their templates here, which is told elsewhere.
    #expect(book.reload()?.map(\.description) == files.mistakes.map(\.description))
  }
}
