import BoardInventory
import BuildEvents
import LabSupport
import Testing

@testable import SchedulerPlugin

/// Protects people from half of a multinode job: they hear of it when the file is read, not when a build waits.
@Suite("Multinode templates")
struct MultinodeTemplateTests {
  @Test(
    "A template with the protocol is refused when it is read, by file and line",
    arguments: [
      ("job_name: a\nprotocols:\n  lava-multinode:\n    roles: {}\n", 3),
      ("job_name: a\nprotocols: {lava-multinode: {roles: {}}}\n", 2),
      ("protocols: {lava-xnbd: {}, 'lava-multinode' : {}}\n", 1),
      ("protocols:\n  ? \"lava-multinode\"\n  : {}\n", 2),
      ("# {lava-multinode: {}}\nprotocols:\n\n  \"lava-multinode\": {}\n", 4),
    ])
  func refused(text: String, line: Int) throws {
    let folder = try TemporaryFolder(["m.yaml": text])
    let mistake = #expect(throws: FileMistake.self) { _ = try TemplateLibrary(folders: [folder.path]) }
    #expect(mistake?.description.hasPrefix("\(folder.path)/m.yaml:\(line): multinode jobs are not supported") == true)
    #expect(mistake?.mend?.hasPrefix("write one job for a single board") == true)
  }

  @Test("Words about it are no multinode job")
  func words() throws {
    _ = try Example.templates([
      "t": Example.job() + "# lava-multinode: not here\n- command: {name: 'lava-multinode'}\n"
    ])
  }

  @Test("A part that brings the protocol in is refused at the part, and the lab's files say so when they are loaded")
  func part() throws {
    let own = try TemporaryFolder([
      "templates/t.yaml": Example.job("{% include \"_p\" %}"),
      "templates/_p.yaml": "# shared\nprotocols: {lava-multinode: {roles: {a: {device_type: x, count: 2}}}}\n",
      "rules/r.yaml": "rule: r\nwhen: {source: s}\nhow: {template: t}\n",
    ])
    let files = LabFiles.read(
      LabFolders(devices: [], templates: [own.path + "/templates"], rules: [own.path + "/rules"]), compiled: [])
    #expect(
      files.mistakes.contains {
        $0.description.hasPrefix("\(own.path)/templates/_p.yaml:2: multinode jobs are not supported")
      })
  }

  @Test("A name that only a build brings is refused by LAVA's path when the rule is tried")
  func byValue() throws {
    let library = try Example.templates([
      "t": Example.job("protocols: { {{ rule.parameters.protocol|yaml }}: {roles: {}} }")
    ])
    let rule = try Example.rule(
      "rule: r\nwhen: {source: s}\nhow:\n  template: t\n  parameters: {protocol: lava-multinode}\n")
    let check = RuleCheck(
      LabFiles(catalogue: DeviceCatalogue([]), templates: library, rules: [rule], mistakes: []))
    #expect(check.mistakes.contains { $0.message.contains("multinode jobs are not supported") && $0.line != nil })
    #expect(check.jobs.isEmpty)
  }
}
