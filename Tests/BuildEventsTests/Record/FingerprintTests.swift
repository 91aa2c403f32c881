import TestRandom
import BuildEvents
import Testing

@Suite("The fingerprint changes with the artifact and with nothing else")
struct FingerprintTests {
  static let base: [String: JSONValue] = [
    "source": "s", "build_id": "b", "status": "success", "arch": "arm64", "image_family": "nano", "image_name": "n",
    "bootloader": "u-boot", "device_types": ["a", "b"], "tags": ["x", "y"],
    "images": [
      "kernel": "https://h/k",
      "rootfs": ["url": "https://h/r", "compression": "gz", "archive": "tar", "headers": ["T": "1"]],
    ],
  ]

  func fingerprint(_ changes: [String: JSONValue]) throws -> String {
    try BuildEvent(plain: .object(Self.base.merging(changes) { $1 })).fingerprint
  }

  @Test("it is 64 hexadecimal digits and pinned: stored ones must stay comparable")
  func pinned() throws {
    let event = try event(#"{"source":"s","build_id":"b","status":"success","images":{"k":"http://h/k"}}"#)
    // sha256 of {"images":{"k":{"url":"http://h/k"}}}
    #expect(event.fingerprint == "2e88c9f3b9103239da805fefc8a904068382a96e8236a1dcd9fd66d36dcd8a1d")
  }

  @Test(
    "not with spelling, order, nor with what is no artifact",
    arguments: [
      ["arch": "aarch64"], ["arch": "ARM64"], ["bootloader": "uboot"], ["image_family": "NANO"],
      ["device_types": ["b", "a", "b"]], ["tags": ["y", "x"]], ["source": "t"], ["build_id": "c"],
      ["status": "failed"], ["build_url": "https://h/b"], ["properties": ["p": 1]], ["unknown": 1],
      [
        "images": [
          "rootfs": ["archive": "tar", "compression": "GZIP", "url": "https://h/r", "headers": ["T": "2"]],
          "kernel": ["url": "https://h/k"],
        ]
      ],
    ] as [[String: JSONValue]])
  func same(_ changes: [String: JSONValue]) throws { #expect(try fingerprint(changes) == fingerprint([:])) }

  @Test("with every part of the artifact, and each change gives another one")
  func different() throws {
    let rootfs: [String: JSONValue] = ["url": "https://h/r", "compression": "gz", "archive": "tar"]
    func images(_ changes: [String: JSONValue]) -> [String: JSONValue] {
      ["images": ["kernel": "https://h/k", "rootfs": .object(rootfs.merging(changes) { $1 })]]
    }
    let changes: [[String: JSONValue]] = [
      [:], ["arch": "arm"], ["arch": .null], ["image_family": "alip"], ["image_family": .null], ["image_name": "m"],
      ["image_name": .null], ["bootloader": "grub"], ["bootloader": "none"], ["device_types": ["a"]],
      ["device_types": .null], ["tags": ["x"]], ["tags": .null], ["images": ["kernel": "https://h/k"]],
      images(["url": "https://h/r2"]), images(["compression": "xz"]), images(["compression": .null]),
      images(["archive": .null]), images(["sha256": .string(String(repeating: "a", count: 64))]),
      images(["sha512sum": "ab"]),
      ["images": ["dtb": "https://h/k", "rootfs": .object(rootfs)]],
    ]
    let fingerprints = try changes.map(fingerprint)
    #expect(Set(fingerprints).count == changes.count)
  }

  @Test("not with the order of members in the text", arguments: 1...20)
  func members(_ seed: UInt64) throws {
    var generator = SeededRandom(seed: seed)
    let shuffled = Self.base.map { "\"\($0.key)\":\($0.value.canonical)" }.shuffled(using: &generator)
    #expect(try event("{\(shuffled.joined(separator: ","))}").fingerprint == fingerprint([:]))
  }
}
