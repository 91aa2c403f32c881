import TestRandom

@testable import SchedulerPlugin

extension FidelityCorpus {
  /// Jobs put together by lot: each key of the schema there, missing or odd, in one of the ways YAML can write it.
  static func generated(_ count: Int, _ random: inout SeededRandom) -> [FidelityCase] {
    (0..<count).map { place in
      FidelityCase(name: "generated/\(place)", text: job(&random))
    }
  }

  private static func job(_ random: inout SeededRandom) -> String {
    // Half of the jobs have nothing odd, so that enough of them are taken.
    let oddness = Bool.random(using: &random) ? 0.0 : 0.06
    var lines: [String] = []
    for (key, values) in choices {
      let isRequired = required.contains(key)
      let isThere = Double.random(in: 0..<1, using: &random) < (isRequired ? 1 - oddness / 3 : 0.4)
      guard isThere else { continue }
      let isOdd = Double.random(in: 0..<1, using: &random) < oddness
      let value = (isOdd ? odd : values).randomElement(using: &random) ?? "x"
      lines.append(written(key, value, &random))
    }
    lines.append("actions: " + actions(oddness, &random))
    if Double.random(in: 0..<1, using: &random) < oddness {
      lines.append("\(odd.randomElement(using: &random) ?? "x"): 1")
    }
    lines.shuffle(using: &random)
    return lines.joined(separator: "\n") + "\n"
  }

  private static func written(_ key: String, _ value: String, _ random: inout SeededRandom) -> String {
    switch Int.random(in: 0..<6, using: &random) {
    case 0: "'\(key)': \(value)"
    case 1: "\"\(key)\":   \(value) # said by lot"
    case 2: "? \(key)\n: \(value)"
    case 3: "\(key):\n  \(value)"
    default: "\(key): \(value)"
    }
  }

  private static let required: Set<String> = ["device_type", "job_name", "timeouts", "visibility"]

  private static let odd = [
    "~", "[]", "{}", "''", "yes", "1.5", "-1", "2024-01-02", "[[a]]", "{a: b}", "0o7", "\"\\x07\"", "!!str 1", "!x y",
    "*nosuch", "1:30", "é", ".nan", "'*'", "[1, a]",
  ]

  private static let choices: [(key: String, values: [String])] = [
    ("device_type", ["qemu", "'qemu'", "\"qemu\"", "!!str qemu", "beaglebone-black", "x86"]),
    (
      "job_name",
      [
        "smoke", "'it''s'", "\"a\\tb\\u00e9\"", "a # no comment", "a#b", "日本語", "- a", "'yes'", "\"1\"", "|-\n  a\n  b",
        ">-\n  a\n  b", "\"\(String(repeating: "long ", count: 39))\"", "'a: b'", "\"\\\\ \\\" \\u2028\"",
      ]
    ),
    (
      "timeouts",
      [
        "{job: {minutes: 5}}", "{job: {days: 1}, action: {hours: 2}, connection: {seconds: 0}}",
        "{job: &t {minutes: 010}, action: *t, queue: {hours: 1}}", "{job: {minutes: 1:30, skip: yes}}",
        "{job: {}, actions: {lava-test-shell: {seconds: 30}, a: {}}, connections: {b: {minutes: -1}}}",
        "{\"job\": {\"minutes\": 1_0}, \"queue\": {\"days\": 0}}",
      ]
    ),
    (
      "visibility",
      ["public", "personal", "{group: [a]}", "{group: [developers, nosuch, a]}", "{}", "{group: [nosuch]}"]
    ),
    ("priority", ["high", "medium", "low", "0", "77", "0x10", "100", "on", "101"]),
    ("tags", ["[]", "[hvm]", "[hvm, big-disk, hvm]", "[nosuch]", "- hvm"]),
    (
      "metadata",
      [
        "{}", "{a: b, 1: 2}", "{z: 1, a: '1', \"é\": 'ü'}", "{a: 0x1F, b: 0b11, c: 1_0}", "{a: {b: [c, {d: 1.5}]}}",
        "{a: yes, b: ~, c: 2024-01-02}", "{'yes': 'no', '010': '1:30', '~': ''}",
      ]
    ),
    (
      "context",
      ["{arch: amd64, memory: 1024}", "{extra_options: [-smp, 2, yes]}", "{no_network: true}", "{nosuch: 1}"]
    ),
    ("secrets", ["{a: b}", "{}", "{1: [x, {y: ~}]}"]),
    ("environment", ["{}", "{A: 1, B: &b [x], C: *b}", "{1.5: .inf, ~: 2024-01-02 03:04:05}"]),
    ("reboot_to_fastboot", ["true", "no", "'no'"]),
    ("protocols", ["{}", "{lava-xnbd: {port: auto}}", "{lava-lxc: {name: x}}", "{nosuch: {}}"]),
    (
      "notify",
      [
        "{criteria: {status: finished}}", "{criteria: {status: all}, verbosity: quiet, more: {x: y}}",
        "{criteria: {status: complete, type: regression}, recipients: [{to: {method: email, user: ci-bot}}]}",
        "{criteria: {status: complete}, recipients: [{to: {method: email, user: nosuch}}]}",
        "{criteria: {status: running}, callbacks: [{url: u, token: t}], compare: {blacklist: [a]}}",
        "{criteria: {status: incomplete}, recipients: [{to: {method: irc, handle: h, server: s}}]}",
      ]
    ),
  ]

  private static let items = [
    "{deploy: {to: tmpfs, images: {rootfs: {url: http://x.example/r, format: qcow2}}}}",
    "{deploy: {to: tftp, kernel: {url: http://x.example/k, type: zimage}, os: debian, timeout: {minutes: 4}}}",
    "{boot: {method: qemu, prompts: ['# ', \"a\\n\"], auto_login: {login_prompt: 'l:', username: root}}}",
    "{boot: {method: u-boot, commands: [a, b], parameters: {a: b, c: yes}, transfer_overlay: {x: y}}}",
    "{test: {definitions: [{repository: g, from: git, path: p, name: n, parameters: {A: 1}}]}}",
    "{test: {definitions: [{repository: {run: {steps: [a, 'b: c']}}, from: inline, path: p, name: n}]}}",
    "{test: {monitors: [{name: n, start: s, end: e, pattern: '(?P<x>\\d+)'}]}}",
    "{test: {interactive: [{name: n, prompts: ['> '], script: [{command: c, name: d}, {command: ~}]}]}}",
    "{test: {services: [{name: a, from: git, repository: r, path: p}]}}",
    "{command: {name: c, namespace: n, timeout: {seconds: 1}}}", "{}", "{deploy: {to: d}, boot: {method: m}}",
  ]

  private static let oddItems = [
    "{boot: {}}", "{test: {}}", "{nosuch: {}}", "~", "x", "{deploy: {to: 1}}", "{boot: {method: [a]}}",
    "{test: {definitions: [{}]}}", "{test: {definitions: ~}}", "{command: {name: ~}}",
    "{test: {definitions: [{repository: g, from: git, path: p, name: n, revision: r, shallow: yes}]}}",
  ]

  private static func actions(_ oddness: Double, _ random: inout SeededRandom) -> String {
    let list = (0..<Int.random(in: 1...4, using: &random)).map { _ in
      let isOdd = Double.random(in: 0..<1, using: &random) < oddness
      return (isOdd ? oddItems : items).randomElement(using: &random) ?? "{}"
    }
    return Bool.random(using: &random)
      ? "[" + list.joined(separator: ", ") + "]" : list.map { "\n- " + $0 }.joined()
  }
}
