/// A build that was found where it is published (`watch`): its place, and its files by name. What it is for, its folder
/// does not tell: the source's mapping does.
struct Published: ProducerAdapter {
  let name = "published"
  let summary = "a build found where it is published: its folder and files"

  func read(_ payload: ProducerPayload) throws(EventRefusal) -> ProducerReading {
    let document = try payload.json()
    let found = try FieldReader(document, at: nil)
    guard let build = try found.identifier("build", maximum: 1024) else {
      throw found.missing("build", mend: "send the build's path below what is watched")
    }
    var facts = try ProducerFacts(buildID: build, from: "build", subject: build, fields: document)
    if let url = try found.webAddress("url") {
      facts.know("build_url", .string(url), from: "url")
      facts.add(field: "folder", .string(url))
    }
    for (name, url, field) in try found.publishedFiles() { facts.add(file: name, at: url, from: field) }
    guard !facts.files.isEmpty else { throw found.missing("files", mend: "send files, each with name and url") }
    facts.know("completed_at", found.time("modified"), from: "modified")
    return .build(facts)
  }
}

extension FieldReader {
  /// `files`: a list of objects with `name` and `url`.
  func publishedFiles() throws(EventRefusal) -> [(name: String, url: String, field: String)] {
    var files: [(name: String, url: String, field: String)] = []
    for (index, element) in (try list("files") ?? []).enumerated() {
      let file = try FieldReader(element, at: name("files[\(index)]"))
      guard let url = try file.webAddress("url") else { throw file.missing("url", mend: "send the file's URL") }
      files.append((try file.requiredText("name"), url, file.name("url")))
    }
    return files
  }
}
