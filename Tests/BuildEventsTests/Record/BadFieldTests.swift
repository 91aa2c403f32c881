import BuildEvents
import Testing

/// A record with one thing wrong, and what the refusal must name.
struct BadField: Sendable, CustomTestStringConvertible {
  var change: [String: JSONValue] = [:]
  var without: String?
  var code: EventRefusal.Code
  var field: String
  var mend: String

  init(without field: String, _ mend: String) {
    (self.without, self.code, self.field, self.mend) = (field, .missing, field, mend)
  }

  init(_ change: [String: JSONValue], _ code: EventRefusal.Code, _ field: String, _ mend: String = "") {
    (self.change, self.code, self.field, self.mend) = (change, code, field, mend)
  }

  var testDescription: String { "\(field) \(code) \(change)" }

  static func url(_ text: String, _ mend: String = "") -> BadField {
    BadField(["images": ["kernel": .string(text)]], .invalid, "images.kernel", mend)
  }
}

@Suite("Each bad field is refused by its name, with what to do")
struct BadFieldTests {
  static let good: [String: JSONValue] = [
    "source": "s", "build_id": "b", "status": "success", "images": ["kernel": "https://h.example.org/k"],
  ]

  static let identity: [BadField] = [
    BadField(without: "source", "send source"),
    BadField(["source": ""], .missing, "source"),
    BadField(["source": JSONValue.null], .missing, "source"),
    BadField(["source": ["a"]], .invalid, "source", "send a string"),
    BadField(["source": .string(String(repeating: "s", count: 513))], .invalid, "source", "shorten"),
    BadField(["source": "https://me:hunter2@ci.example.org/"], .invalid, "source", "without user and password"),
    BadField(["source": "a\nb"], .invalid, "source", "one line"),
    BadField(without: "build_id", "send build_id"),
    BadField(["build_id": .double(20110208.0)], .invalid, "build_id", "as a string"),
    BadField(["build_id": true], .invalid, "build_id"),
    BadField(["build_id": "a\u{85}b"], .invalid, "build_id"),
    BadField(without: "status", "send status: success"),
    BadField(["status": .double(0.5)], .invalid, "status"),
  ]

  static let words: [BadField] = [
    BadField(["arch": "risc64"], .unknown, "arch", "did you mean riscv64?"),
    BadField(["arch": "x86"], .unknown, "arch", "send i386 or x86_64"),
    BadField(["arch": "X86"], .unknown, "arch", "send i386 or x86_64"),
    BadField(["arch": "toaster"], .unknown, "arch", "riscv64"),
    BadField(["arch": ["arm64"]], .invalid, "arch"),
    BadField(["bootloader": "u boot"], .invalid, "bootloader", "u-boot"),
    BadField(["image_family": "../etc"], .invalid, "image_family", "nano"),
    BadField(["device_types": ["qemu", .double(0.5)]], .invalid, "device_types[1]"),
    BadField(["device_types": ["a": "b"]], .invalid, "device_types"),
    BadField(["tags": [["hdmi"]]], .invalid, "tags[0]"),
    BadField(["boards": false], .invalid, "boards"),
    BadField(["completed_at": "yesterday"], .invalid, "completed_at", "2026-01-01T01:30:00Z"),
    BadField(["completed_at": "2026-02-30T01:30:00Z"], .invalid, "completed_at"),
    BadField(["build_url": "javascript:alert(1)"], .invalid, "build_url", "https://host/path"),
    BadField(["log_url": 7], .invalid, "log_url"),
    BadField(["properties": ["a"]], .invalid, "properties", "send an object"),
    BadField(["properties": ["a": ["b": 1]]], .invalid, "properties.a", "flatten"),
    BadField(["properties": ["a\u{7}": 1]], .invalid, "properties", "rename"),
    BadField(["kernel_version": .double(6.1)], .invalid, "kernel_version", "as a string"),
  ]

  static let images: [BadField] = [
    BadField(without: "images", "send images"),
    BadField(["images": [:]], .missing, "images"),
    BadField(["images": ["kernel": ""]], .missing, "images"),
    BadField(["images": "https://h/k"], .invalid, "images", "send an object"),
    BadField(["images": ["Kernel": "https://h/k"]], .invalid, "images", "lower case"),
    BadField(["images": ["a b": "https://h/k"]], .invalid, "images"),
    BadField(["images": ["kernel": 7]], .invalid, "images.kernel", "send a URL"),
    BadField(["images": ["kernel": [:]]], .missing, "images.kernel.url"),
    BadField(["images": ["kernel": ["url": "file:///etc/passwd"]]], .invalid, "images.kernel.url"),
    BadField(["images": ["kernel": ["url": "http://h/k", "sha256": "ab"]]], .invalid, "images.kernel.sha256", "64"),
    BadField(
      ["images": ["kernel": ["url": "http://h/k", "compression": "rar"]]], .unknown, "images.kernel.compression", "zstd"
    ),
    BadField(["images": ["kernel": ["url": "http://h/k", "archive": "7z"]]], .unknown, "images.kernel.archive", "tar"),
    BadField(
      ["images": ["kernel": ["url": "http://h/k", "headers": ["a:b": "c"]]]], .invalid, "images.kernel.headers"),
    BadField(
      ["images": ["kernel": ["url": "http://h/k", "headers": ["Auth": "x\r\nEvil: y"]]]], .invalid,
      "images.kernel.headers.Auth"),
  ]

  static let urls: [BadField] = [
    .url("ftp://h/k", "https://host/path"), .url("/k"), .url("h/k"), .url("https:/h/k"), .url("https://"),
    .url("https:///k"), .url("https://:80/k"), .url("https://h:/k"), .url("https://h:0/k"), .url("https://h:99999/k"),
    .url("https://h:+8/k"), .url("https://h:8x/k"), .url("https://-./k"), .url("https://[::1/k"), .url("https://[x]/k"),
    .url("https://h/a b", "percent-encode"), .url("https://h/ä", "percent-encode"), .url("https://h/{{ x }}"),
    .url("https://h/a\nb"), .url("https://h\\@evil/k"), .url("https://h/\u{0}"), .url(" https://h/k"),
    .url("https://me@h/k", "without user and password"), .url("https://me:hunter2@h/k", "without user and password"),
    .url("HTTPS://me:hunter2@h", "without user and password"), .url("ftp://me:hunter2@h/k"),
    .url("hunter2@h/k"), .url("https://%zz/k"), .url("https://" + String(repeating: "a", count: 4096)),
  ]

  @Test("the field, the kind and the mend", arguments: identity + words + images + urls)
  func refused(_ bad: BadField) throws {
    var record = Self.good
    for (name, value) in bad.change { record[name] = value }
    if let without = bad.without { record[without] = nil }
    let refusal = try #require(refusal { try BuildEvent(plain: .object(record)) })
    #expect(refusal.field == bad.field)
    #expect(refusal.code == bad.code)
    #expect(refusal.mend?.contains(bad.mend) == true || bad.mend.isEmpty)
    // One line, and no credentials, whatever was quoted.
    #expect(!refusal.description.contains("hunter2"))
    #expect(!refusal.description.unicodeScalars.contains { $0.value < 0x20 })
    #expect(refusal.description.hasPrefix(bad.field))
  }

  @Test(
    "URLs that are fine",
    arguments: ["http://h", "http://H/k", "https://h:8080/a%20b?x=1&y=[2]#z", "http://[::1]:80/k"])
  func taken(_ url: String) throws {
    var record = Self.good
    record["images"] = ["kernel": .string(url)]
    #expect(try BuildEvent(plain: .object(record)).images["kernel"]?.url == url)
  }

  @Test("a body that is no object, and one that is no JSON, are refused as such")
  func notObject() {
    #expect(refusal { try event("[]") }?.code == .invalid)
    #expect(refusal { try event("not json") }?.code == .malformed)
    #expect(refusal { try event(String(repeating: "[", count: 40)) }?.code == .tooDeep)
    #expect(refusal { try event(String(repeating: " ", count: 1 << 20) + "{}") }?.code == .tooLarge)
  }
}
