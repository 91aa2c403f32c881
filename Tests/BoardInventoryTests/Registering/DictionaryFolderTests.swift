import Foundation
import LabSupport
import Testing

@testable import BoardInventory

/// Dictionaries on disk: whole or not at all, LAVA's owner and mode, and nothing outside of the folder.
@Suite("The folder of dictionaries")
struct DictionaryFolderTests {
  private func attributes(_ path: String) throws -> (owner: Int?, mode: Int?) {
    let found = try FileManager.default.attributesOfItem(atPath: path)
    return (
      (found[.ownerAccountID] as? NSNumber)?.intValue, (found[.posixPermissions] as? NSNumber)?.intValue
    )
  }

  @Test func aNewFileIsTheFoldersAndAReplacedOneKeepsItsOwnerAndMode() throws {
    let place = try TemporaryFolder()
    let folder = DictionaryFolder(path: place.path)
    // Only root can give files away.
    let owner = geteuid() == 0 ? 4242 : Int(geteuid())
    if geteuid() == 0 { #expect(chown(place.path, 4242, 4243) == 0) }
    #expect(try folder.read("a") == nil)
    try folder.write(DictionaryText("one\n"), of: "a")
    let file = "\(place.path)/a.jinja2"
    #expect(try attributes(file) == (owner, 0o644))
    #expect(try folder.read("a")?.dictionary?.text == "one\n")
    #expect(chmod(file, 0o640) == 0)
    try folder.write(DictionaryText("two\n"), of: "a")
    #expect(try attributes(file) == (owner, 0o640), "staff hid its passwords")
    #expect(try folder.read("a")?.digest == DictionaryText("two\n").digest)
    #expect(try FileManager.default.contentsOfDirectory(atPath: place.path) == ["a.jinja2"], "no draft is left")
  }

  @Test func aNameThatLeadsOutOfTheFolderIsNoFile() throws {
    let folder = DictionaryFolder(path: try TemporaryFolder().path)
    #expect(try folder.read("../passwd") == nil)
    #expect(throws: DictionaryFolder.Trouble.self) { try folder.write(DictionaryText("x"), of: "../x") }
  }

  @Test func aLinkIsNotReplaced() throws {
    let place = try TemporaryFolder(["elsewhere": "theirs\n"])
    let folder = DictionaryFolder(path: place.path)
    #expect(symlink("\(place.path)/elsewhere", "\(place.path)/a.jinja2") == 0)
    #expect(try folder.read("a")?.isLink == true)
    #expect(throws: DictionaryFolder.Trouble.self) { try folder.write(DictionaryText("x"), of: "a") }
    #expect(try String(contentsOfFile: "\(place.path)/elsewhere", encoding: .utf8) == "theirs\n")
  }

  @Test func aFolderThatIsNotThereIsNamed() throws {
    let trouble = #expect(throws: DictionaryFolder.Trouble.self) {
      try DictionaryFolder(path: "/nowhere").write(DictionaryText("x"), of: "a")
    }
    #expect(trouble?.description.contains("/nowhere: no such file or directory") == true)
  }
}
