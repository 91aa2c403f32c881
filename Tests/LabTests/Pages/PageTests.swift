import BuildEvents
import Foundation
import LabSupport
import Testing

/// Protects whoever sets up a producer by its page: every block of it is run as it is printed, on a real `serve`.
@Suite("The producers' pages", .timeLimit(.minutes(5)))
struct PageTests {
  static let folder = Lab.repository + "/docs/producers"

  @Test(
    "Every block runs, every message becomes the event the page says, and that has its jobs in LAVA",
    arguments: try DocumentPage.all(in: PageTests.folder))
  func page(_ page: DocumentPage) async throws {
    // The rule that the first page shows puts every page's builds onto the boards.
    let readme = try #require(DocumentPage.all(in: Self.folder).first { $0.name == "README.md" })
    let rule = try #require(readme.blocks.first { $0.file == "rules/every-image.yaml" })
    try await PageLab.with(
      before: { folder, environment in
        try folder.write("rules/every-image.yaml", rule.text)
        try await PageRun.prepare(page, folder, environment)
      },
      { lab in
        var run = PageRun(page, lab)
        try await run.run()
        try await run.expectWhatThePageSays()
        let notRun = run.notRun.isEmpty ? "" : "; not run: \(run.notRun.joined(separator: ", "))"
        print("\(page.name): \(run.count) blocks, \(run.promised.count) events\(notRun)")
      })
  }

  @Test("Each producer has a page with a message of its own, what that becomes, and what to do about mistakes")
  func complete() throws {
    let pages = try DocumentPage.all(in: Self.folder)
    let promised = pages.flatMap(\.blocks).filter { $0.language == "json" && $0.has("becomes") }
    let sources = try promised.map { try JSONValue.parse(Array($0.text.utf8))["source"]?.stringValue ?? "" }
    // Of an envelope the lab keeps the sender's own name, and what is only published is no message.
    let others = ["cloudevents", "cdevents", "published"]
    for producer in Producers.names where !others.contains(producer) {
      #expect(sources.contains { $0.hasPrefix("\(producer):") }, "no page shows what a message of \(producer) becomes")
    }
    for reader in FolderReaders.all {
      #expect(sources.contains(reader.name), "no page shows what a folder of \(reader.name) becomes")
    }
  }
}
