@testable import SchedulerPlugin

extension FidelityCorpus {
  /// YAML 1.1 in all its forms: scalars and documents inside a good job, and good jobs in odd clothes.
  static let oddities: [FidelityCase] = scalars + documents + clothes

  /// LAVA lets anything stand in `environment`.
  private static let scalars = YAMLCorpus.scalars.enumerated().flatMap { place, scalar in
    let indented = scalar.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\n  ")
    return [
      odd("value \(place)", "environment:\n  k: \(indented)\n"),
      odd("key \(place)", "environment: {\(scalar): v}\n"),
    ]
  }

  private static let documents = (YAMLCorpus.documents + YAMLCorpus.stricter).enumerated().flatMap { place, text in
    let indented = text.split(separator: "\n").map { "  \($0)\n" }.joined()
    return [odd("document \(place)", "environment:\n\(indented)"), odd("document \(place) alone", text, whole: true)]
  }

  private static let good = JobCase.job("good", "", nil).text
  private static let plain =
    JobCase.blocks.map { $0.key == "tags" ? "tags: []" : $0.text }.joined(separator: "\n") + "\n"

  private static func odd(_ name: String, _ text: String, whole: Bool = false) -> FidelityCase {
    FidelityCase(name: "yaml/\(name)", text: whole ? text : plain + text)
  }

  private static let json = """
    {"job_name": "j\\u00e9\\ud83d\\ude00", "device_type": "qemu", "visibility": {"group": ["a"]}, "priority": 7,
     "timeouts": {"job": {"minutes": 1}, "queue": {"seconds": 90}}, "metadata": {"a": "\\/", "b": 1, "c": "yes"},
     "actions": [{"command": {"name": "x"}}, {"deploy": {"to": "tmpfs", "n": null, "f": 1.5, "t": true}}]}
    """

  private static let anchors = """
    job_name: anchors
    device_type: &type qemu
    visibility: public
    timeouts: &limits
      job: &limit {minutes: 5}
      action: *limit
      actions: {auto-login: *limit}
    metadata: {type: *type}
    actions:
    - deploy: &deploy {to: tmpfs, timeout: *limit, images: &images {rootfs: {url: http://x.example/y}}}
    - deploy: {<<: *deploy, namespace: b}
    - boot: {<<: [{method: qemu, prompts: ['# ']}, *deploy], media: tmpfs}
    - command: {name: x, timeouts: *limits}

    """

  private static let clothes: [FidelityCase] = [
    odd("JSON", json, whole: true),
    odd("anchors and merge keys", anchors, whole: true),
    odd("comments", "# first\n\n" + good + "# last", whole: true),
    odd("document marks", "---\n" + good + "...\n", whole: true),
    odd("directive", "%YAML 1.1\n---\n" + good, whole: true),
    odd("two documents", good + "---\n" + good, whole: true),
    odd("carriage returns", good.replacing("\n", with: "\r\n"), whole: true),
    odd("byte order mark", "\u{FEFF}" + good, whole: true),
    odd("byte order mark inside", plain + "environment: {a: \"b\u{FEFF}\"}\n", whole: true),
    odd("blank lines around", "\n\n  \n" + good + "\n \n", whole: true),
    odd("no line end", String(good.dropLast()), whole: true),
    odd("a tab", "\t" + good, whole: true),
    odd("NUL", plain + "environment: {a: \"x\\0y\"}\n", whole: true),
    odd("NUL byte", plain + "environment: {a: 'x\u{0}y'}\n", whole: true),
    odd("other languages", plain.replacing("qemu smoke test", with: "дым 煙 🚬 e\u{301} ß"), whole: true),
    odd("twice the same key", plain + "priority: high\npriority: low\n", whole: true),
    odd("name twice", plain + "job_name: other\n", whole: true),
    odd("very long line", "environment: {a: \"\(String(repeating: "wörd ", count: 2_000))\"}\n"),
    odd("very long word", plain + "environment: {a: \(String(repeating: "x", count: 20_000))}\n", whole: true),
    odd("80 columns", widths),
    odd("deep", plain + "environment: {a: " + nested(90) + "}\n", whole: true),
    odd("too deep", plain + "environment: {a: " + nested(200) + "}\n", whole: true),
    odd("a bomb", plain + "environment:\n" + bomb, whole: true),
    odd("our own mark", plain + "environment: {a: board+to+be+named}\n", whole: true),
    odd("Stencil's marks", plain + "environment: {a: '{{ x }}'}\n", whole: true),
  ]

  /// Texts around the 80 columns at which PyYAML folds.
  private static let widths =
    "environment:\n"
    + (60...100).map {
      "  w\($0): \"\(String(repeating: "a", count: $0 - 20)) \(String(repeating: "b", count: 30))\"\n"
    }
    .joined()

  private static func nested(_ depth: Int) -> String {
    String(repeating: "[", count: depth) + "x" + String(repeating: "]", count: depth)
  }

  private static let bomb: String = {
    var text = "  a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1..<7 {
      text += "  a\(level): &a\(level) [" + (0..<10).map { _ in "*a\(level - 1)" }.joined(separator: ", ") + "]\n"
    }
    return text
  }()
}
