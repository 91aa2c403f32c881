@testable import SchedulerPlugin

extension FidelityCorpus {
  /// What only LAVA's database can say yes or no to: users, queries, groups, tags, types; and what ends in a column.
  static let recipients: [FidelityCase] = notify + columns

  private static let notify: [FidelityCase] =
    [
      "recipients: [{to: {method: email, user: ci-bot}}]",
      "recipients: [{to: {method: email, user: nosuch}}]",
      "recipients: [{to: {method: irc, user: nosuch, handle: x, server: y}}]",
      "recipients: [{to: {method: irc, handle: x}}]",
      "recipients: [{to: {method: email, user: 'Ci-Bot'}}]",
      "recipients: [{to: {method: email, user: '{LAVA_DEVICE_OWNER}'}}]",
      "recipients: [{to: {method: email, user: \"it's\"}}]",
      "recipients: [{to: {method: email, user: ci-bot, email: nonsense}}]",
      "recipients: [{to: {method: irc, handle: x, email: nonsense}}]",
      "compare: {query: {username: ci-bot, name: mine}}",
      "compare: {query: {username: ci-bot, name: nosuch}}",
      "compare: {query: {username: nosuch, name: mine}}",
      "compare: {query: {entity: testjob}}",
      "compare: {query: {entity: testjob, conditions: {testjob__submitter: ci-bot}}}",
      "compare: {query: {entity: testjob, conditions: {testjob__nosuch: x}}}",
      "compare: {query: {entity: testjob, conditions: {nosuch__a: x}}}",
      "compare: {query: {entity: testjob, conditions: {nonsense: x}}}",
      "compare: {query: {entity: testjob, conditions: {testjob__health: nosuch}}}",
      "compare: {query: {entity: testsuite}}",
      "compare: {query: {entity: testjob, conditions: {testsuite__name__exact: x}}}",
      "compare: {query: {entity: testjob, conditions: {nosuch__name__exact: x}}}",
      "compare: {query: {entity: testjob, conditions: {a__b__c__d: x}}}",
      "compare: {query: {entity: testjob, conditions: {testjob__state: 'a,b'}}}",
      "compare: {query: {entity: testjob, conditions: {1: ~, a: yes}}}",
      "compare: {query: {entity: testjob, conditions: {}}}",
      "recipients: [{to: {method: email, user: ci-bot}}, {to: {method: email, email: x}}], compare: {query: {entity: x}}",
      "callbacks: [{url: 'http://x.example/', token: s3cret, method: POST, dataset: all, header: X-Auth}]",
    ].map(notified) + emails.map { notified("recipients: [{to: {method: email, email: \"\($0)\"}}]") }

  private static let emails = [
    "a@b.example", "a@b", "a@localhost", "a@127.0.0.1", "a@[127.0.0.1]", "a@[::1]", "a@[300.1.1.1]", "a", "@b.example",
    "a@", "a b@c.example", "\\\"a b\\\"@c.example", "a..b@c.example", ".a@c.example", "a.@c.example", "ä@b.example",
    "a@bü.example", "a@b_c.example", "a@-b.example", "a@b-.example", "a@b.c", "a@b.1", "a@b.c-d", "a+b@c.example",
    "a@b@c.example", "", " a@b.example", "a@b.example\\n", "a@\(String(repeating: "x", count: 64)).example",
    "\(String(repeating: "x", count: 65))@b.example", "\(String(repeating: "x", count: 310))@b.example",
    "a@b.exämple", "a@xn--bcher-kva.example", "a@b.xn--p1ai", "!#$%&'*+/=?^_`{}|~-@b.example",
  ]

  private static func notified(_ fields: String) -> FidelityCase {
    database("notify \(fields)", "notify", "notify: {criteria: {status: finished}, \(fields)}")
  }

  private static func database(_ name: String, _ key: String, _ text: String) -> FidelityCase {
    FidelityCase(name: "database/\(name)", text: JobCase.job(name, key, text).text)
  }

  private static let columns: [FidelityCase] =
    [
      "high", "medium", "low", "0", "1", "50", "100", "101", "-1", "0x20", "010", "1:30", "yes", "1_0", "+5", "'50'",
      "1.0", "99999999999999999999",
    ].map { database("priority \($0)", "priority", "priority: \($0)") }
    + [
      "public", "personal", "{group: [a]}", "{group: [a, a]}", "{group: [developers, a]}", "{group: [nosuch]}",
      "{group: [nosuch, a]}", "{group: []}", "{group: ['']}", "{}", "{group: [A]}",
      "{group: [\(String(repeating: "x", count: 200))]}",
    ].map { database("visibility \($0)", "visibility", "visibility: \($0)") }
    + [
      "[]", "[hvm]", "[hvm, hvm]", "[hvm, big-disk]", "[nosuch]", "[hvm, nosuch]", "['']", "[HVM2, hvm2]",
      "[\(String(repeating: "t", count: 50))]", "[nosuch\(String(repeating: "t", count: 95))]",
    ].map { database("tags \($0)", "tags", "tags: \($0)") }
    + [
      "nosuch", "QEMU", "'qemu '", "'010'", "été", "nosuch\(String(repeating: "t", count: 60))",
    ].map { database("type \($0)", "device_type", "device_type: \($0)") }
    + ["1", "30", "0", "86400", "315360000", "315360001", "-5", "9223372036854775807", "9223372036854775808"].map {
      database("queue \($0)", "timeouts", "timeouts: {job: {minutes: 1}, queue: {seconds: \($0)}}")
    }
    + ["{days: 1}", "{hours: 0}", "{skip: yes}", "{minutes: 2, skip: no}", "{}", "5"].map {
      database("queue \($0)", "timeouts", "timeouts: {job: {minutes: 1}, queue: \($0)}")
    }
    + [
      "{a: 'token-name', b: [1, {c: d}]}", "{}", "{1: 2}", "{a: !!str yes}", "{'a b': \"x\\ty\"}",
      "{~: ~, 1.5: 2024-01-02}",
    ].map { database("secrets \($0)", "secrets", "secrets: \($0)") }
    + [
      "{}", "{a: '', '': b}", "{1: a, '1': b}", "{a: 010, b: 0x1F, c: 1_000, d: 1:30}",
      "{a: 123456789012345678901234567890}",
      "{a: yes}", "{a: {b: [1, 1.5, ~, no, 2024-01-02, 2024-01-02 03:04:05]}}", "{a: \"\\u0001\\u007f\\u0085\\u2028\"}",
      "{a: [.inf, -.inf, .nan, 1.0e+20, 0.00001, -0.0]}", "{a: \"\\\"\\\\\\n\\t\"}", "{yes: a}", "{2024-01-02: a}",
    ].map { database("metadata \($0)", "metadata", "metadata: \($0)") }
    + ["fid-qemu", "nosuch", "''"].map { database("device \($0)", "device", "device: \($0)") }
    + ["worker-1", "nosuch"].map { database("worker \($0)", "worker", "worker: \($0)") }
    + [
      "{lava-multinode: {roles: {a: {device_type: qemu, count: 1, context: {}}}}}", "{lava-multinode: {}}",
      "{lava-multinode: {roles: {a: {device_type: qemu, count: 1}, b: {device_type: qemu, count: 1}}, pool_pattern: 'x*'}}",
      "{lava-xnbd: {port: auto}}",
    ].map { database("protocols \($0)", "protocols", "protocols: \($0)") }
}
