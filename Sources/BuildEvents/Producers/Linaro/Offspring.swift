/// Offspring, whose only contract is where it published: the URL of an image or of a hardware pack is the whole message,
/// as text or as `url` in JSON; so are the two of a pair as `rootfs` and `hwpack`, and a folder that a watch found. A
/// record of Boardcast's own is read as such.
struct Offspring: ProducerAdapter {
  let name = "offspring"
  let summary = "Offspring: the URL of a published image or hardware pack, or of both"

  func read(_ payload: ProducerPayload) throws(EventRefusal) -> ProducerReading {
    guard payload.looksLikeJSON else {
      let lines = try payload.text().split(whereSeparator: \.isNewline).map(String.init).filter { !$0.hasPrefix("#") }
      guard lines.count == 1, let line = lines.first else {
        throw EventRefusal(.invalid, field: "body", "must be one URL, not \(lines.count) lines", mend: "send one URL")
      }
      return .build(try Self.half(WebAddress.checked(line, field: "body"), "body", [:]))
    }
    let fields = try payload.json()
    let reader = try FieldReader(fields, at: nil)
    if reader.value("url") == nil, reader.value("build_id") != nil { return try record(reader, fields) }
    if reader.value("rootfs") != nil || reader.value("hwpack") != nil { return .build(try pair(reader, fields)) }
    guard let url = try reader.webAddress("url") else {
      throw reader.missing("url", mend: "send the URL of the image or the hardware pack")
    }
    if OffspringAddress(url) == nil {
      // A watch says the folder and its files.
      let files = try reader.publishedFiles().filter { OffspringAddress($0.url) != nil }
      guard files.count < 2 else {
        throw reader.invalid("files", "has \(files.count) images or hardware packs", mend: "watch for one of them")
      }
      if let file = files.first { return .build(try Self.half(file.url, file.field, fields)) }
    }
    return .build(try Self.half(url, "url", fields))
  }

  /// The one half that lies at an address.
  private static func half(
    _ address: String, _ field: String, _ fields: JSONValue
  ) throws(EventRefusal) -> ProducerFacts {
    let published = try place(address, field)
    let kind = published.isHardwarePack ? "hwpack" : "image"
    var facts = try ProducerFacts(
      buildID: published.buildID, from: field, subject: published.name, fields: fields)
    facts.know(image: published.isHardwarePack ? "hwpack" : "rootfs", .string(address), from: field)
    facts.know(property: "platform", published.platform, from: field)
    facts.know(property: "date", published.date, from: field)
    facts.know(property: "kind", kind, from: field)
    facts.know("arch", published.architecture, from: field)
    if published.isHardwarePack {
      facts.know("hwpack", published.name, from: field)
      facts.know(property: "support", published.support, from: field)
    } else {
      facts.know("image_family", published.name, from: field)
    }
    facts.add(field: "name", .string(published.name))
    facts.add(field: "kind", .string(kind))
    facts.add(field: "platform", .string(published.platform))
    facts.add(field: "hwpack_board", .string(published.isHardwarePack ? HardwarePack.board(of: published.name) : ""))
    facts.half = published.half(address)
    return facts
  }

  /// A root file system and a hardware pack: LAVA gets the first as a network root; kernel and device tree lie inside the
  /// second, where no LAVA of today looks, and come by the mapping.
  private func pair(_ reader: FieldReader, _ fields: JSONValue) throws(EventRefusal) -> ProducerFacts {
    func part(_ field: String, isPack: Bool) throws(EventRefusal) -> (OffspringAddress, String) {
      let what = isPack ? "a hardware pack" : "a root file system"
      guard let url = try reader.webAddress(field) else {
        throw reader.missing(field, mend: "send the URL of \(what) too")
      }
      let place = try Self.place(url, field)
      guard place.isHardwarePack == isPack else { throw reader.invalid(field, "is not \(what)", mend: "swap them") }
      return (place, url)
    }
    let (image, imageURL) = try part("rootfs", isPack: false)
    let (pack, packURL) = try part("hwpack", isPack: true)
    var facts = try ProducerFacts(
      buildID: "\(image.buildID)+\(pack.buildID)", from: "rootfs", subject: "\(image.name)+\(pack.name)",
      fields: fields)
    facts.know(image: "nfsrootfs", PackedFile.image(url: imageURL, role: "nfsrootfs"), from: "rootfs")
    facts.know("image_family", image.name, from: "rootfs")
    facts.know("arch", pack.architecture ?? image.architecture, from: "hwpack")
    facts.know("hwpack", pack.name, from: "hwpack")
    for (name, half, url, field) in [("rootfs", image, imageURL, "rootfs"), ("hwpack", pack, packURL, "hwpack")] {
      facts.know(property: "\(name)_name", half.name, from: field)
      facts.know(property: "\(name)_build", half.build, from: field)
      facts.know(property: "\(name)_url", url, from: field)
      facts.add(field: "\(name)_name", .string(half.name))
      facts.add(field: "\(name)_date", .string(half.date ?? ""))
      facts.add(field: "\(name)_build", .string(half.build))
      facts.add(field: "\(name)_serial", .string(half.build.split(separator: "/").last.map(String.init) ?? ""))
    }
    facts.know(property: "platform", pack.platform, from: "hwpack")
    facts.know(property: "kind", "pair", from: "hwpack")
    facts.add(field: "kind", "pair")
    facts.add(field: "name", .string(image.name))
    facts.add(field: "platform", .string(pack.platform))
    facts.add(field: "hwpack_board", .string(HardwarePack.board(of: pack.name)))
    facts.pair = ImagePair(image: image.half(imageURL), pack: pack.half(packURL))
    return facts
  }

  private static func place(_ address: String, _ field: String) throws(EventRefusal) -> OffspringAddress {
    guard let published = OffspringAddress(address) else {
      throw EventRefusal(
        .invalid, field: field, "\(Redaction.quoted(address)) is not where Offspring publishes",
        mend: "send a URL such as …/11.05-daily/linaro-nano/20110208/0/images/tar/FILE")
    }
    return published
  }

  private func record(_ reader: FieldReader, _ fields: JSONValue) throws(EventRefusal) -> ProducerReading {
    let reading = try PlainRecord.read(fields, at: nil, buildID: nil)
    guard case .build(var facts) = reading else { return reading }
    let pack = try reader.text("hwpack")
    facts.add(field: "kind", .string(pack == nil ? "image" : "hwpack"))
    facts.add(field: "hwpack_board", .string(pack.map(HardwarePack.board) ?? ""))
    // The one image of such a record lies where Offspring published it, or the record is no half.
    let images = (facts.record["images"]?.objectValue ?? [:]).values.compactMap {
      $0.stringValue ?? $0["url"]?.stringValue
    }
    if images.count == 1, let url = images.first, (try? WebAddress.checked(url, field: "images")) != nil {
      facts.half = OffspringAddress(url)?.half(url)
    }
    return .build(facts)
  }
}
