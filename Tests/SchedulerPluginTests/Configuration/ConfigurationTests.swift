import BoardInventory
import Foundation
import LabSupport
import Testing

@testable import SchedulerPlugin

/// Protects who starts Boardcast: config.yaml says exactly what holds, or what is wrong with it.
@Suite("config.yaml")
struct ConfigurationTests {
  private func read(_ text: String?) throws -> Configuration {
    let folder = try TemporaryFolder(text.map { ["config.yaml": $0] } ?? [:])
    var configuration = try Configuration.read(folder: folder.path, shipped: "/shipped")
    #expect(configuration.path == folder.path + "/config.yaml")
    #expect(configuration.folders.rules == [folder.path + "/rules", "/shipped/rules"])
    #expect(configuration.folders.devices == [folder.path + "/devices", "/shipped/devices"])
    #expect(configuration.folders.templates == [folder.path + "/templates", "/shipped/templates"])
    configuration.path = "config.yaml"
    return configuration
  }

  @Test("Without a file everything has its default, and the doors are on loopback only")
  func defaults() throws {
    let configuration = try read(nil)
    #expect(configuration.host == "127.0.0.1")
    #expect(configuration.port == 8070)
    #expect(configuration.terms == SubmissionTerms())
    #expect(configuration.database == nil)
    #expect(configuration.lavaURL == nil)
  }

  @Test("Every key is read")
  func whole() throws {
    let configuration = try read(
      "database: postgresql:///lava\nlisten: '[::1]:9000'\nlava_url: https://lava.example\nqueue_window: 10\n"
        + "queue_window_per_type: 500\n"
        + "lava_manage: sudo lava-server manage\nlava_dictionaries: /d\nlava_templates: [/t1, /t2]\n")
    #expect(configuration.lavaManage == ["sudo", "lava-server", "manage"])
    #expect(try read("lava_manage: ['/a b/lab', manage]\n").lavaManage == ["/a b/lab", "manage"])
    #expect(configuration.dictionaries == "/d" && configuration.lavaTemplates == ["/t1", "/t2"])
    #expect(configuration.database == "postgresql:///lava")
    #expect(configuration.host == "::1")
    #expect(configuration.port == 9000)
    #expect(configuration.lavaURL == "https://lava.example")
    #expect(configuration.terms.window == 10)
    #expect(configuration.terms.typeWindow == 500)
  }

  @Test(
    "Every mistake is named with its line",
    arguments: [
      ("\nqueue_window_per_type: 0\n", 2, "0 is out of range; use 1 to 100000"),
      ("databse: x\n", 1, "unknown key 'databse'; did you mean 'database'?"),
      ("listen: 8070\n", 1, "'8070' is no address; write HOST:PORT"),
      ("listen: ':8070'\n", 1, "':8070' is no address"),
      ("listen: 'h:65536'\n", 1, "'h:65536' is no address"),
      ("listen: 'h:-1'\n", 1, "is no address"),
      ("# x\nqueue_window: 0\n", 2, "0 is out of range; use 1 to 10"),
      ("queue_window: 11\n", 1, "11 is out of range; use 1 to 10"),
      ("queue_window: two\n", 1, "'queue_window' must be a whole number, not 'two'"),
      ("database: [a]\n", 1, "'database' must be a word or a text"),
      ("lava_url: a\nlava_url: b\n", 1, "the key lava_url stands there twice"),
    ])
  func mistakes(text: String, line: Int, expected: String) throws {
    let mistake = #expect(throws: FileMistake.self) { _ = try read(text) }
    #expect(mistake?.line == line)
    #expect(mistake?.description.contains(expected) == true, "\(mistake?.description ?? "")")
  }

  @Test("The shipped files are found: where the variable says, beside a checkout's program, or where packages put them")
  func shippedFiles() throws {
    let checkout = try TemporaryFolder([
      "migrations/0001_events_and_assignments.sql": "", ".build/debug/boardcast": "",
    ])
    let program = checkout.path + "/.build/debug/boardcast"
    #expect(ShippedFiles.locate(program: program, environment: ["BOARDCAST_SHARE": "/x"]) == "/x")
    #expect(ShippedFiles.locate(program: program, environment: ["BOARDCAST_SHARE": ""]) == checkout.path)
    let alone = try TemporaryFolder(["bin/boardcast": ""])
    #expect(ShippedFiles.locate(program: alone.path + "/bin/boardcast", environment: [:]) == "/usr/share/boardcast")
  }
}
