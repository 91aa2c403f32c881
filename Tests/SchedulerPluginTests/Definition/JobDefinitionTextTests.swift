import Testing

@testable import SchedulerPlugin

/// Protects the texts that go into LAVA's columns. Needs no LAVA.
@Suite("Texts of job definitions")
struct JobDefinitionTextTests {
  @Test("The dump is PyYAML's: sorted or not, quoted where a plain text would read as another type")
  func dump() throws {
    let job = try JobDefinition.load("b: 'yes'\na: [é, 010, 1:30, 2024-01-02, ~, ' x']\n")
    let list = "a:\n- \"\\xE9\"\n- 8\n- 90\n- 2024-01-02\n- null\n- ' x'\n"
    #expect(job.dumped(sortedKeys: true) == list + "b: 'yes'\n")
    #expect(job.dumped(sortedKeys: false) == "b: 'yes'\n" + list)
  }

  @Test("Anchored values come out as one anchor and aliases, numbered by the first alias")
  func aliases() throws {
    let job = try JobDefinition.load("a: &x {k: [1]}\nb: {<<: *x}\nc: *x\n")
    #expect(job.dumped(sortedKeys: true) == "a: &id002\n  k: &id001\n  - 1\nb:\n  k: *id001\nc: *id002\n")
  }

  @Test("A dump loads to the same definition")
  func roundTrip() throws {
    // Not a number is unequal to itself.
    for job in JobCase.jobs + JobCase.actions where !job.text.contains(".nan") {
      guard let loaded = try? JobDefinition.load(job.text) else { continue }
      #expect(try JobDefinition.load(loaded.dumped(sortedKeys: false)) == loaded, "\(job.name)")
    }
  }

  @Test("Tags are appended once, in order, and only they change")
  func tags() throws {
    let job = try JobDefinition.load("tags: [a, b]\njob_name: x\n")
    let tagged = job.addingTags(["b", "c", "c", "d"])
    #expect(tagged.tags == ["a", "b", "c", "d"])
    #expect(tagged.dumped(sortedKeys: false) == "tags:\n- a\n- b\n- c\n- d\njob_name: x\n")
    #expect(job.addingTags([]) == job)
    #expect(job.addingTags(["a"]) == job)
    #expect(try JobDefinition.load("a: b").addingTags(["t"]).dumped(sortedKeys: true) == "a: b\ntags:\n- t\n")
  }

  @Test("Tags added to a list that an anchor shares leave the other places alone")
  func sharedTags() throws {
    let job = try JobDefinition.load("metadata: &t [a]\ntags: *t\n").addingTags(["b"])
    #expect(job.dumped(sortedKeys: true) == "metadata:\n- a\ntags:\n- a\n- b\n")
  }

  @Test("Metadata become JSON text as LAVA 2026 writes it")
  func metadata() throws {
    let text = "{a: yes, b: ~, 2: 1.50, c: [010, 2024-01-02, {d: \"x\\\"\\n\"}], e: 1.0e+20, yes: no, é: '\\'}"
    let job = try JobDefinition.load("metadata: " + text)
    let json =
      #"{"a": "true", "b": null, "2": "1.5", "c": ["8", "2024-01-02", {"d": "x\"\n"}], "e": "1e+20", "#
      + #""True": "false", "é": "\\"}"#
    #expect(job.metadataJSON == json)
    #expect(try JobDefinition.load("a: b").metadataJSON == "{}")
  }
}
