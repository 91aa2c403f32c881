/// A place in the published trees of Offspring (2011) and ci.linaro.org (2012), told by its folders. The 2011 names of
/// files are not: `linaro-n-developer-tar-20110208-0` would be an image "developer-tar".
struct OffspringAddress: Hashable {
  /// `11.05-daily`, or the distribution.
  let platform: String
  let isHardwarePack: Bool
  /// The image or the hardware pack.
  let name: String
  /// What tells builds of it apart: date and serial, or a number.
  let build: String
  let date: String?
  let architecture: String?
  let support: String?

  /// The build's name among all that Offspring built.
  var buildID: String { "\(platform)/\(isHardwarePack ? "hwpack/" : "")\(name)/\(build)" }

  /// The half that lies there.
  func half(_ url: String) -> ImageHalf {
    ImageHalf(
      kind: isHardwarePack ? .hwpack : .image, platform: platform, name: name, build: build, url: url,
      architecture: architecture)
  }

  init?(_ url: String) {
    let path = url.drop { $0 != ":" }.dropFirst(3).prefix { $0 != "?" && $0 != "#" }
    let parts = path.split(separator: "/").dropFirst().map(String.init)
    guard let file = parts.last, path.last != "/" else { return nil }
    func isNumber(_ text: String, _ digits: ClosedRange<Int>) -> Bool {
      digits.contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }
    let pack = HardwarePackFile(file)
    for start in parts.indices {
      let rest = parts[start...]
      func part(_ offset: Int) -> String? { rest.count > offset + 1 ? rest[start + offset] : nil }
      let isDaily = rest[start].hasSuffix("-daily") && Self.isVersion(rest[start].dropLast("-daily".count))
      if isDaily, part(1) == "linaro-hwpacks", let pack, let folder = part(2), let date = part(3),
        isNumber(date, 8...8),
        let serial = part(4), isNumber(serial, 1...9), part(5) == "images", part(6) == "hwpack", pack.name == folder
      {
        self.init(rest[start], folder, "\(date)/\(serial)", date, pack)
        return
      }
      if isDaily, let folder = part(1), folder.hasPrefix("linaro-"), folder != "linaro-hwpacks",
        Self.isWord(folder.dropFirst("linaro-".count)), let date = part(2), isNumber(date, 8...8),
        let serial = part(3), isNumber(serial, 1...9), part(4) == "images"
      {
        self.init(rest[start], String(folder.dropFirst("linaro-".count)), "\(date)/\(serial)", date, nil)
        return
      }
      let isDistribution = !rest[start].isEmpty && rest[start].utf8.allSatisfy { (0x61...0x7A).contains($0) }
      guard isDistribution, let name = part(2), Self.isWord(name[...]), let number = part(3), isNumber(number, 1...9)
      else { continue }
      if part(1) == "hwpacks", let pack {
        self.init(rest[start], name, number, pack.date, pack)
        return
      }
      if part(1) == "images" {
        self.init(rest[start], name, number, nil, nil)
        return
      }
    }
    return nil
  }

  private init(_ platform: String, _ name: String, _ build: String, _ date: String?, _ pack: HardwarePackFile?) {
    self.platform = platform
    self.name = name
    self.build = build
    self.date = date
    isHardwarePack = pack != nil
    architecture = pack?.architecture
    support = pack?.support
  }

  private static func isVersion(_ text: Substring) -> Bool {
    let digits = text.utf8.map { (0x30...0x39).contains($0) }
    return digits == [true, true, false, true, true] && text.dropFirst(2).first == "."
  }

  private static func isWord(_ text: Substring) -> Bool {
    !text.isEmpty && text.utf8.count <= 100
      && text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x5F }
  }
}

/// `hwpack_linaro-NAME_DATE-BUILD_ARCH_SUPPORT.tar.gz`.
struct HardwarePackFile: Hashable {
  let name: String
  let date: String
  let architecture: String
  let support: String

  init?(_ file: String) {
    let (prefix, suffix) = ("hwpack_linaro-", ".tar.gz")
    guard file.hasPrefix(prefix), file.hasSuffix(suffix), file.utf8.count > prefix.utf8.count + suffix.utf8.count else {
      return nil
    }
    let parts = file.dropFirst(prefix.count).dropLast(suffix.count).split(separator: "_").map(String.init)
    guard parts.count >= 4, let support = parts.last, support == "supported" || support == "unsupported" else {
      return nil
    }
    let stamp = parts[parts.count - 3].split(separator: "-")
    guard stamp.count == 2, stamp[0].utf8.count == 8,
      stamp.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } })
    else { return nil }
    name = parts[..<(parts.count - 3)].joined(separator: "_")
    date = String(stamp[0])
    architecture = parts[parts.count - 2]
    self.support = support
  }
}
