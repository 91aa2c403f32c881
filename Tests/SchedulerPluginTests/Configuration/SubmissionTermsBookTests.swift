import BoardInventory
import Foundation
import LabSupport
import Testing

@testable import SchedulerPlugin

/// Protects a running `serve` from a slip in `config.yaml`, and whoever changes it from waiting for a restart.
@Suite("Terms read again")
struct SubmissionTermsBookTests {
  private func book(_ folder: TemporaryFolder) throws -> SubmissionTermsBook {
    let path = folder.path
    let reading: SubmissionTermsBook.Reading = { () throws(FileMistake) in
      var read = try Configuration.read(folder: path, shipped: "/shipped")
      read.terms.lava = try LAVASettings(folder: path + "/lava").jobs(environment: [:])
      return read
    }
    return SubmissionTermsBook(
      try reading(), paths: { [path + "/config.yaml"] + LAVASettings(folder: path + "/lava").paths }, reading: reading)
  }

  /// Writes a file with a time of its own, as two writings within one tick of the file system's clock have the same.
  private func write(_ folder: TemporaryFolder, _ name: String, _ text: String, at time: Double) throws {
    let path = try folder.write(name, text)
    try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSince1970: time)], ofItemAtPath: path)
  }

  @Test("What is new is told, once; a mistake leaves the last good terms; what is no term wants a restart")
  func reload() throws {
    let folder = try TemporaryFolder()
    let book = try book(folder)
    #expect(book.current == SubmissionTerms() && book.reload().isEmpty)
    try write(folder, "config.yaml", "queue_window: 2\nsubmitters: [{account: robot, for: [ci]}]\n", at: 1_000)
    #expect(book.reload() == [.terms] && book.reload().isEmpty)
    #expect(book.current.window == 2 && book.current.grants.refusal(of: "robot", for: "ci", rule: "r") == nil)
    // An earlier time is another one too: somebody may have set the clock back.
    try write(folder, "config.yaml", "queue_window: 99\n", at: 500)
    guard case .mistake(let mistake)? = book.reload().first else { Issue.record("no mistake"); return }
    #expect("\(mistake)".contains("config.yaml:1"))
    #expect(book.current.window == 2 && book.reload().isEmpty)
    try write(folder, "config.yaml", "listen: 127.0.0.1:9000\n", at: 2_000)
    #expect(book.reload() == [.terms, .needsRestart])
    #expect(book.current == SubmissionTerms())
    try FileManager.default.removeItem(atPath: folder.path + "/config.yaml")
    #expect(book.reload().isEmpty, "as it was at the start")
    #expect(book.reload(always: true).isEmpty)
  }

  @Test("LAVA's settings are read again too, a file that comes included")
  func lava() throws {
    let folder = try TemporaryFolder()
    let book = try book(folder)
    try write(folder, "lava/settings.d/01.yaml", "EXTRA_CONTEXT_VARIABLES: [a]\n", at: 1_000)
    #expect(book.reload() == [.terms])
    #expect(book.current.lava.extraContextVariables == ["a"])
    try write(folder, "lava/settings.yaml", "EXTRA_CONTEXT_VARIABLES: a\n", at: 1_000)
    #expect(book.reload().count == 1)
    #expect(book.current.lava.extraContextVariables == ["a"])
  }
}
