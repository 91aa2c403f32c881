import BoardInventory
import Foundation
import LabSupport
import Testing

/// Protects the promise that whoever writes a file hears what is wrong, on which line, and how to mend it.
@Suite("Files people write")
struct YAMLFileTests {
  private func mistake(_ text: String, _ read: (FileMapping) throws -> Void = { _ in }) -> String? {
    do {
      try read(YAMLFile.mapping(text: text, file: "f.yaml"))
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test("A key nobody knows is named with its line and the key that was probably meant")
  func unknownKey() {
    let read = { (yaml: FileMapping) in try yaml.refuseKeys(otherThan: ["device_type", "architectures"]) }
    #expect(
      mistake("device_type: a\narchitecturs: b\n", read)
        == "f.yaml:2: unknown key 'architecturs'; did you mean 'architectures'?")
    #expect(
      mistake("# a comment\n\nxyz: b\n", read) == "f.yaml:3: unknown key 'xyz'; the keys are device_type, architectures"
    )
    #expect(mistake("architectures: b\n", read) == nil)
  }

  @Test("A key that is no word is refused")
  func keyIsNoWord() {
    let read = { (yaml: FileMapping) in try yaml.refuseKeys(otherThan: ["a"]) }
    #expect(mistake("a: 1\n[x, y]: 2\n", read) == "f.yaml:2: a key must be a word")
  }

  @Test("A key that stands there twice is refused: one of the two would be lost without a word")
  func duplicateKey() {
    #expect(mistake("a: 1\nb: 2\na: 3\n")?.contains("the key a stands there twice; keep one of them") == true)
    #expect(mistake("a:\n  b: 1\n  b: 2\n")?.contains("the key b stands there twice") == true)
  }

  @Test(
    "What is no mapping is refused, an empty file too",
    arguments: ["", "# only a comment\n", "- a\n- b\n", "word\n", "12\n", "null\n"])
  func noMapping(text: String) {
    #expect(mistake(text)?.contains("the file must be a mapping of keys to values") == true)
  }

  @Test("Broken YAML names the line of the break")
  func brokenYAML() {
    #expect(mistake("a: 1\nb: [1, 2\nc: 3\n")?.hasPrefix("f.yaml:3: not YAML: ") == true)
    #expect(mistake("a: \"never closed\n")?.contains("not YAML: ") == true)
    #expect(mistake("a: \u{1}\n")?.contains("not YAML: ") == true)
  }

  @Test("A file that is not UTF-8, is too large, or is not there says so")
  func bytes() throws {
    let folder = try TemporaryFolder()
    func mistake(_ path: String) -> String? {
      do {
        _ = try YAMLFile.mapping(at: path)
        return nil
      } catch {
        return "\(error)"
      }
    }
    let latin = try folder.write("latin.yaml", Data([0x61, 0x3A, 0x20, 0xE9, 0x0A]))
    #expect(mistake(latin) == "\(latin): the file is not UTF-8; save it as UTF-8")
    let fits = try folder.write("fits.yaml", "a: " + String(repeating: "x", count: YAMLFile.largestFile - 4) + "\n")
    #expect(mistake(fits) == nil)
    let large = try folder.write("large.yaml", "a: " + String(repeating: "x", count: YAMLFile.largestFile - 3) + "\n")
    #expect(mistake(large) == "\(large): the file is 1048577 bytes long, the limit is 1048576")
    #expect(mistake(folder.path + "/none.yaml") == "\(folder.path)/none.yaml: there is no such file")
    #expect(mistake(folder.path) == "\(folder.path): the file cannot be read; check its permissions")
  }

  @Test("Values of the wrong kind are refused at the line of their key; null counts as absent")
  func kinds() throws {
    #expect(mistake("a: 1\nb: [1]\n") { _ = try $0.string("b") } == "f.yaml:2: 'b' must be a word or a text")
    #expect(mistake("a:\n- x\n- [y]\n") { _ = try $0.strings("a") } == "f.yaml:1: 'a' must be a list of words")
    #expect(mistake("a: {b: c}\n") { _ = try $0.strings("a") } == "f.yaml:1: 'a' must be a word or a list of words")
    #expect(mistake("a: x1\n") { _ = try $0.integer("a") } == "f.yaml:1: 'a' must be a whole number, not 'x1'")
    #expect(mistake("a: x\n") { _ = try $0.mapping("a") } == "f.yaml:1: 'a' must be a mapping of keys to values")
    #expect(mistake("a: ''\n") { _ = try $0.requiredString("a") } == "f.yaml:1: 'a' is missing")
    let yaml = try YAMLFile.mapping(text: "none: null\ntilde: ~\nword: 'null'\nlist: [a, b]\none: a\n", file: "f.yaml")
    #expect(try yaml.string("none") == nil)
    #expect(try yaml.strings("tilde") == nil)
    #expect(try yaml.string("word") == "null")
    #expect(try yaml.strings("list") == ["a", "b"])
    #expect(try yaml.strings("one") == ["a"])
    #expect(yaml.keys == ["none", "tilde", "word", "list", "one"])
  }

  @Test("A folder gives its YAML files sorted, without hidden ones, folders below and other endings")
  func listing() throws {
    let folder = try TemporaryFolder([
      "b.yaml": "", "a.yml": "", ".hidden.yaml": "", "c.yaml~": "", "d.txt": "", "deeper/e.yaml": "",
    ])
    #expect(YAMLFile.files(in: folder.path) == ["a.yml", "b.yaml"].map { folder.path + "/" + $0 })
    #expect(YAMLFile.files(in: folder.path + "/none").isEmpty)
  }
}
