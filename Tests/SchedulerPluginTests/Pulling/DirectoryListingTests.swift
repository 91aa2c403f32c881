import Foundation
import LabSupport
import Testing

@testable import SchedulerPlugin

/// Protects builds from being missed or made up where web servers list them. The pages are what Apache, nginx and Python
/// answered for one and the same folder.
@Suite("Listings of published builds")
struct DirectoryListingTests {
  private func page(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(Lab.repository)/Tests/samples/listings/\(name).html")))
  }

  @Test("The same folder by every server", arguments: ["apache", "apache-table", "nginx", "python"])
  func servers(_ name: String) throws {
    let base = name == "apache-table" ? "http://h.example/fancy/" : "http://h.example/"
    let listing = try DirectoryListing(html: page(name), at: base)
    #expect(
      listing.entries.map { "\($0.name)\($0.isFolder ? "/" : "")" }.sorted() == [
        "20110207/", "20110208/", "MD5 SUMS+1.txt", "a b&c/", "image-20110208.tar.gz", "latest-not/", "latest/",
      ])
    let time = listing.entries.first { $0.name == "20110207" }?.modified
    #expect(time == (name == "python" ? nil : UTCInstant("2011-02-07T09:30")))
    let image = try #require(listing.entries.first { $0.name == "image-20110208.tar.gz" })
    #expect(image.url == base + "image-20110208.tar.gz")
    #expect(image.modified == (name == "python" ? nil : UTCInstant("2011-02-08T10:31")))
    #expect(listing.entries.first { $0.name == "a b&c" }?.url.hasPrefix(base + "a%20b") == true)
    #expect(listing.entries.filter(\.isMoving).map(\.name) == ["latest"])
    // Without a time the day in the name counts, and without one of its own that of the folder above.
    #expect(listing.entries.first { $0.name == "20110207" }?.time(below: []) != nil)
  }

  @Test("Links that lead out of the folder, up, back to itself or nowhere are no builds")
  func strangers() throws {
    let html = """
      <html><title>Index of /x</title><a href="../">up</a> <a href='/x/'>self</a> <a href="/x/in/">in</a>
      <a href=bare>b</a> <A  HREF = "up.txt" >U</A> <a href="http://h.example/x/whole">w</a>
      <a href="http://other.example/x/far">far</a> <a href="//h.example.evil/x/e">e</a> <a href="in/deeper">d</a>
      <a href="?C=N;O=D">sort</a> <a href="#top">t</a> <a href="%2e%2e/">dots</a> <a href="a%2Fb">slash</a>
      <a href="javascript:alert(1)">j</a> <a href="a%00b">nul</a> <a href="">none</a> <a name="x">anchor</a>
      <abbr href="abbr">no link</abbr> <a href="x&amp;y">and</a> <a href="in/">again</a><a href="
      """
    let listing = try DirectoryListing(html: Array(html.utf8), at: "http://h.example/x/")
    #expect(listing.entries.map(\.name) == ["in", "bare", "up.txt", "whole", "x&y"])
    #expect(listing.entries.map(\.isFolder) == [true, false, false, false, false])
  }

  @Test("A page that is no listing is told from an empty folder")
  func noListing() throws {
    func why(_ text: String) -> String? {
      do throws(DirectoryListing.Unreadable) {
        _ = try DirectoryListing(html: Array(text.utf8), at: "http://h.example/x/")
        return nil
      } catch {
        return error.why
      }
    }
    #expect(why("<html><title>Index of /x</title><a href=\"../\">..</a></html>") == nil)
    #expect(why("<html><form action=/login>Please log in</form></html>")?.contains("no listing") == true)
    #expect(why("") != nil)
    let many = (0...DirectoryListing.most).map { "<a href=\"b\($0)\">b</a>" }.joined()
    #expect(why(many)?.contains("more than") == true)
  }

  @Test("A list of URLs: lines, JSON, and as snapshots.linaro.org's api/ls gives it")
  func index() throws {
    func names(_ text: String) throws -> [String] {
      try PublishedIndex.entries(Array(text.utf8), at: "http://h.example/lists/all").map { "\($0.name) \($0.url)" }
    }
    let a = "a.img http://h.example/x/a.img"
    #expect(try names("# builds\nhttp://h.example/x/a.img\n\n ../x/b/ \n") == [a, "b http://h.example/x/b/"])
    #expect(try names(#"["http://h.example/x/a.img"]"#) == [a])
    #expect(
      try names(
        #"{"files": [{"name": "a.img", "size": 3, "type": "file", "mtime": "x", "url": "/x/a.img"}, {"name": "n"}]}"#)
        == [a])
    for bad in ["<html></html>", "{}", "ftp://x/y", "http://u:p@x/y"] {
      #expect(throws: DirectoryListing.Unreadable.self, "\(bad)") { try names(bad) }
    }
  }

  @Test("Numbers in names count as numbers")
  func order() {
    let names = ["build-10", "build-9", "build-009a", "20110208/1", "20110208/0", "20110207/11"]
    #expect(
      names.sorted(by: NaturalOrder.isBefore) == [
        "20110207/11", "20110208/0", "20110208/1", "build-9", "build-009a", "build-10",
      ])
  }
}
