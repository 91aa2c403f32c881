import Foundation
import LabSupport
import Testing

@testable import BoardInventory

/// Board files as people write them: every mistake names file and line, and one is enough to apply nothing.
@Suite("Board files")
struct BoardFileTests {
  private func mistakes(_ files: [String: String]) throws -> [String] {
    let folder = try TemporaryFolder(files)
    return BoardFiles(at: folder.path).mistakes.map { $0.description.replacing(folder.path + "/", with: "") }
  }

  @Test func aFileSaysWhatItSays() throws {
    let folder = try TemporaryFolder([
      "a.yaml": """
      board: a
      device_type: qemu
      worker: w
      tags: [usb, hdmi]
      description: on the shelf
      health: maintenance
      capabilities:
        architectures: [amd64]
        image_families: nano
        device_tree: x/y.dtb
      dictionary_file: dicts/a.jinja2
      """, "dicts/a.jinja2": "{% extends 'qemu.jinja2' %}\n", "notes.txt": "not: [a board",
    ])
    let files = BoardFiles(at: folder.path + "/")
    let board = try #require(files.boards.first)
    #expect(files.mistakes.isEmpty && files.boards.count == 1)
    #expect(board.hostname == "a" && board.deviceType == "qemu" && board.worker == "w")
    #expect(board.tags == ["usb", "hdmi"] && board.description == "on the shelf" && board.health == .maintenance)
    #expect(board.capabilities?.architectures == ["x86_64"] && board.capabilities?.imageFamilies == ["nano"])
    #expect(board.capabilities?.bootMethods == nil && board.capabilities?.deviceTree == "x/y.dtb")
    #expect(board.dictionary?.text == "{% extends 'qemu.jinja2' %}\n")
    #expect(files.covers(board.place.file) && !files.covers(folder.path + "/below/a.yaml"))
    #expect(board.place.words.hasSuffix("/a.yaml:1"))
  }

  @Test func severalBoardsInOneFileHaveTheirOwnLines() throws {
    let folder = try TemporaryFolder(["lab.yaml": "boards:\n- board: a\n- board: b\n  worker: w\n"])
    let files = BoardFiles(at: folder.path + "/lab.yaml")
    #expect(files.boards.map(\.place.line) == [2, 3] && files.mistakes.isEmpty)
    #expect(files.covers(folder.path + "/lab.yaml") && !files.covers(folder.path + "/lab2.yaml"))
  }

  @Test func anUnknownKey() throws {
    #expect(
      try mistakes(["a.yaml": "board: a\ndevice_typ: qemu\n"]) == [
        "a.yaml:2: unknown key 'device_typ'; did you mean 'device_type'?"
      ])
    #expect(
      try mistakes(["a.yaml": "boards:\n- board: a\n  capabilities: {arch: arm}\n"])[0].hasPrefix(
        "a.yaml:3: unknown key 'arch'"))
  }

  @Test func twoBoardsOfOneName() throws {
    #expect(
      try mistakes(["a.yaml": "board: a\n", "b.yaml": "boards:\n- board: c\n- board: a\n"]) == [
        "b.yaml:3: the board 'a' is in a.yaml:1 too; keep one of them"
      ])
  }

  @Test func yamlThatIsNotUTF8() throws {
    let folder = try TemporaryFolder()
    try folder.write("a.yaml", Data("board: a\ndescription: caf".utf8) + [0xE9, 0x0A])
    #expect(
      BoardFiles(at: folder.path).mistakes.map(\.description) == [
        "\(folder.path)/a.yaml: the file is not UTF-8; save it as UTF-8"
      ])
    try folder.write("a.yaml", "board: a\ndictionary_file: d\n")
    try folder.write("d", Data([0x7B, 0xFF]))
    #expect(
      BoardFiles(at: folder.path).mistakes.map(\.description) == [
        "\(folder.path)/a.yaml:2: \(folder.path)/d: the file is not UTF-8; save it as UTF-8"
      ])
  }

  @Test func everyMistakeOfAFolderIsTold() throws {
    let told = try mistakes([
      "1.yaml": "board: a\n", "2.yaml": "board: [\n", "3.yaml": "device_type: qemu\n",
      "4.yaml": "board: d\nhealth: bad\n",
      "5.yaml": "board: e\ndictionary: ''\n", "6.yaml": "board: f\ntags: [board-f]\n",
      "7.yaml": "board: g\ndictionary: a\ndictionary_file: b\n", "8.yaml": "board: h\nboard: h\n",
      "9.yaml": "board: i\ncapabilities: {architectures: arm65}\n",
    ])
    #expect(told.map { $0.split(separator: ":")[0] } == (2...9).map { "\($0).yaml" }, "\(told)")
    #expect(told[1].contains("'board' is missing") && told[2].contains("4.yaml:2: 'bad' is no health"))
    #expect(told[4].contains("Boardcast keeps it") && told[7].contains("did you mean"))
  }

  @Test func aPathThatIsNotThereOrAnEmptyFolder() throws {
    #expect(BoardFiles(at: "/nowhere/boards").mistakes.map(\.description) == ["/nowhere/boards: there is no such file"])
    #expect(try mistakes([:]).count == 1)
  }

  @Test(arguments: [
    "a", "{% extends 'x' %}\n", "\n lead\n\n", "tail  \n  \n", "cr\r\nlf\r\n", "tab\there\n", "é ☃\n", "# c\n--- a\n",
    "'\"\\",
  ])
  func aDictionaryComesBackOutOfAnExport(_ text: String) throws {
    let device = RegistrationFacts.Device(
      deviceType: "null", worker: "yes", tags: ["1", "a.b c"], description: "x: y #z\n- é", health: 4)
    var record = RegistrationRecord(source: "")
    record.capabilities.bootMethods = ["u-boot"]
    let yaml = try BoardExport.text(boards: [("1e3", device, record, .inline(DictionaryText(text)))])
    let folder = try TemporaryFolder(["x.yaml": yaml])
    let files = BoardFiles(at: folder.path)
    let board = try #require(files.boards.first, "\(files.mistakes) \(yaml)")
    #expect(board.hostname == "1e3" && board.deviceType == "null" && board.worker == "yes")
    #expect(board.tags == device.tags && board.description == device.description && board.health == .maintenance)
    #expect(board.dictionary?.text == (text.contains { !$0.isWhitespace } ? text : nil), "\(yaml)")
    #expect(board.capabilities == record.capabilities)
  }
}
