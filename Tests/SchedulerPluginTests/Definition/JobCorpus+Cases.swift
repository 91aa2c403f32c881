extension JobCase {
  /// Every key missing, of a wrong type or unknown; every form of a value that LAVA takes.
  static let jobs: [JobCase] = [missing, wrong, top, timeouts, visibilities].flatMap { $0 }

  private static let missing: [JobCase] = blocks.map { key, _ in
    job("\(key) missing", key, nil, key == "device_type" ? .stricter : .same)
  }

  private static let wrong: [JobCase] = blocks.flatMap { key, _ in
    ["null", "7", "text", "[]", "{}", "[{}]", "true", "1.5", "2024-01-02"].map { value in
      let empty = key == "actions" && value == "[]"
      return job("\(key) is \(value)", key, "\(key): \(value)", empty ? .stricter : .same)
    }
  }

  private static let top: [JobCase] = [
    job("as it is", "", nil),
    job("unknown key", "foo", "foo: 1"),
    job("unknown key that is no text", "1", "1: 1"),
    job("unknown key null", "~", "~: 1"),
    job("key of a newer LAVA", "device", "device: qemu01"),
    job("empty name", "job_name", "job_name: ''"),
    job("name of 200", "job_name", "job_name: " + String(repeating: "é", count: 200)),
    job("name of 201", "job_name", "job_name: " + String(repeating: "n", count: 201)),
    job("empty device type", "device_type", "device_type: ''"),
    job("device type a number", "device_type", "device_type: 010"),
    job("priority high", "priority", "priority: high"),
    job("priority low", "priority", "priority: low"),
    job("priority High", "priority", "priority: High"),
    job("priority 0", "priority", "priority: 0"),
    job("priority 100", "priority", "priority: 100"),
    job("priority yes", "priority", "priority: yes"),
    // LAVA's schema takes these, its models.py refuses them one step later.
    job("priority 101", "priority", "priority: 101", .stricter),
    job("priority -1", "priority", "priority: -1", .stricter),
    job("priority huge", "priority", "priority: 99999999999999999999", .stricter),
    job("tags with a number", "tags", "tags: [a, 1]"),
    job("tags nested", "tags", "tags: [[a]]"),
    job("tags a text", "tags", "tags: a"),
    job("metadata nested", "metadata", "metadata: {a: {b: c}}"),
    job("metadata list", "metadata", "metadata: {a: [b]}"),
    job("metadata of all scalars", "metadata", "metadata: {1: a, b: 2, c: yes, d: 0x10}"),
    job("metadata float", "metadata", "metadata: {a: 1.5}"),
    job("metadata null", "metadata", "metadata: {a: }"),
    job("metadata null key", "metadata", "metadata: {~: a}"),
    job("metadata date key", "metadata", "metadata: {2024-01-02: a}"),
    job("metadata float key", "metadata", "metadata: {1.5: a}"),
    job("context unknown", "context", "context: {arch: x, nonsense: 1}"),
    job("context of the lab", "context", "context: {lab_variable: 1}"),
    job("context mapping value", "context", "context: {arch: {a: b}}"),
    job("context list of lists", "context", "context: {arch: [[a]]}"),
    job("context bool", "context", "context: {no_kvm: true}"),
    job("context null", "context", "context: {arch: }"),
    job("context float", "context", "context: {memory: 1.5}"),
    job("context key a number", "context", "context: {1: 1}"),
    job("secrets", "secrets", "secrets: {token: abc, 1: [2]}"),
    job("secrets a list", "secrets", "secrets: [a]"),
    job("environment", "environment", "environment: {A: 1}"),
    job("environment a text", "environment", "environment: A=1"),
    job("reboot_to_fastboot", "reboot_to_fastboot", "reboot_to_fastboot: no"),
    job("reboot_to_fastboot a number", "reboot_to_fastboot", "reboot_to_fastboot: 0"),
    job("protocols unknown", "protocols", "protocols: {lava-foo: {}}"),
    job("protocols xnbd", "protocols", "protocols: {lava-xnbd: {port: auto}}"),
    job("protocols xnbd a text", "protocols", "protocols: {lava-xnbd: auto}"),
    job("protocols lxc", "protocols", "protocols: {lava-lxc: {name: x}}"),
    job("protocols vland", "protocols", "protocols: {lava-vland: {a: {vlan_1: {tags: [b]}}}}"),
    job("protocols vland bad name", "protocols", "protocols: {lava-vland: {a: {vlan-1: {tags: [b]}}}}"),
    job("protocols vland bad tag", "protocols", "protocols: {lava-vland: {a: {vlan1: {tags: [1]}}}}"),
    job("protocols vland extra", "protocols", "protocols: {lava-vland: {a: {vlan1: {tag: [a]}}}}"),
    job("protocols empty", "protocols", "protocols: {}"),
    job(
      "multinode", "protocols", "protocols: {lava-multinode: {roles: {a: {device_type: qemu, count: 1}}}}", .stricter),
    JobCase(name: "nothing", text: ""),
    JobCase(name: "a comment", text: "# nothing\n"),
    JobCase(name: "a list", text: "- a\n"),
    JobCase(name: "a text", text: "job\n"),
    JobCase(name: "an empty mapping", text: "{}"),
    JobCase(name: "JSON", text: #"{"job_name": "j", "device_type": "q", "visibility": "public", "# + jsonRest),
  ]

  private static let jsonRest = #""timeouts": {"job": {"minutes": 1}}, "actions": [{"command": {"name": "x"}}]}"#

  private static func timeouts(_ name: String, _ lines: String, _ kind: Kind = .same) -> JobCase {
    job("timeouts: \(name)", "timeouts", "timeouts:\n  " + lines, kind)
  }

  private static let timeouts: [JobCase] = [
    timeouts("no job", "action: {minutes: 1}"),
    timeouts("empty job", "job: {}"),
    timeouts("null job", "job:"),
    timeouts("two units", "job: {minutes: 1, seconds: 2}"),
    timeouts("two units and a wrong one", "job: {minutes: x, days: 2, weeks: 1}"),
    timeouts("text", "job: {minutes: '1'}"),
    timeouts("float", "job: {minutes: 1.5}"),
    timeouts("bool", "job: {minutes: true}"),
    timeouts("sexagesimal", "job: {minutes: 1:30}"),
    timeouts("weeks", "job: {weeks: 1}"),
    timeouts("skip", "job: {minutes: 1, skip: true}"),
    timeouts("skip a number", "job: {minutes: 1, skip: 1}"),
    timeouts("negative", "job: {minutes: -1}"),
    timeouts("unknown", "job: {minutes: 1}\n  foo: {minutes: 1}"),
    timeouts("action name", "job: {minutes: 1}\n  actions: {Bad_Name: {minutes: 1}}"),
    timeouts("action name a number", "job: {minutes: 1}\n  actions: {1: {minutes: 1}}"),
    timeouts("action name nan", "job: {minutes: 1}\n  actions: {.nan: {minutes: 1}}"),
    timeouts("action name with a newline", "job: {minutes: 1}\n  actions: {\"ab\\n\": {minutes: 1}}"),
    timeouts("connections", "job: {minutes: 1}\n  connections: {lava-test: {hours: x}}"),
    timeouts("action value", "job: {minutes: 1}\n  actions: {a: 5}"),
    timeouts("queue empty", "job: {minutes: 1}\n  queue: {}"),
    timeouts("queue zero", "job: {minutes: 1}\n  queue: {days: 0}"),
    timeouts("queue true", "job: {minutes: 1}\n  queue: {hours: yes}"),
    timeouts("queue longest", "job: {minutes: 1}\n  queue: {days: 3650}"),
    timeouts("queue too long", "job: {minutes: 1}\n  queue: {days: 3651}", .stricter),
    timeouts("queue overflow", "job: {minutes: 1}\n  queue: {days: 9223372036854775807}", .stricter),
    timeouts("queue beyond 64 bits", "job: {minutes: 1}\n  queue: {days: 0xFFFFFFFFFFFFFFFFFF}", .stricter),
    timeouts("queue negative", "job: {minutes: 1}\n  queue: {seconds: -1}", .stricter),
  ]

  private static let visibilities: [JobCase] = [
    "personal", "private", "Public", "{group: [a, b]}", "{group: []}", "{group: a}", "{group: [1]}", "{groups: [a]}",
    "{group: [a], extra: 1}", "[public]",
  ].map { job("visibility \($0)", "visibility", "visibility: \($0)") }
}
