/// Texts that try the reading and writing of YAML 1.1.
enum YAMLCorpus {
  /// Scalars, each loaded as the value of one key.
  static let scalars: [String] = [words.split(separator: " ").map(String.init), lines, long, blocks].flatMap { $0 }

  private static let words = [
    "yes Yes YES yEs no No NO on On ON off Off OFF true True TRUE false False FALSE y n Y N t f oN",
    "~ null Null NULL nULL none None 'null' \"~\" ''",
    "0 00 -0 +0 1 -1 +1 010 -010 08 09 0o10 0o17 0x1F 0X1F 0b101 0B1 -0x1f 1_000 _1 1_ 0_ 0x_ 0b_ 0_7 0b2",
    "9223372036854775807 9223372036854775808 -9223372036854775808 -9223372036854775809",
    "0xFFFFFFFFFFFFFFFFFFFF 123456789012345678901234567890 01777777777777777777777777777777777",
    "1:30 -1:30 1:30:15 190:20:30 1:60 1:5 01:30 0:30 1:2:3:4 :30 1: 190:20:30.15 1:30.5 12:30:45.678",
    "9:.5 9:x 1:60.5 1:99 0x1p3 1e400 +1:5 0:5.5",
    "1.5 1. .5 -.5 +.5 1e3 1E3 1.0e3 1.0e+3 1.0E-3 1.e+5 .5e+1 6.02e23 6.02e+23 1_0.5 1._5 1.5.2 -1.5 +1.5",
    "0.1 0.0001 0.00001 123456789012345.6 1234567890123456.7 1.0e+15 1.0e+16 1.0e+17 1.5e+300 1.0e+999",
    "4.9e-324 2.2250738585072014e-308 1.7976931348623157e+308 0.30000000000000004 100.0 -0.0 1.0e-05",
    ".inf -.inf +.inf .Inf .INF .iNF .nan .NaN .NAN -.nan",
    "2024-01-02 2024-1-2 2024-13-01 2024-02-29 2023-02-29 0000-01-01 0001-01-01 9999-12-31 24-01-02",
    "= << '=' '<<' '!' '&a' '*a' '-' '?' ':' '---' '...' 'a:' '[a' '{a' ',' '%a' '@a' '`a' a,b a]b 'a]b'",
  ].joined(separator: " ")

  private static let lines: [String] = [
    "2024-01-02T03:04:05", "2024-01-02t03:04:05Z", "2024-01-02 03:04:05", "2024-01-02 03:04:05.5",
    "2024-01-02 03:04:05.123456789 Z", "2024-01-02 03:04:05 +1", "2024-01-02 03:04:05-01:30", "2024-1-2 3:04:05",
    "2024-01-02 03:04:05+25:00", "2024-01-02 03:04:60", "2024-01-02 24:00:00", "2024-01-02T03:04",
    "2024-01-02 03:04:05.", "2024-01-02 03:04:05 -00:30", "2024-01-02 03:04:05+00:00",
    "'- a'", "'# a'", "'a #b'", "'a: b'", "' a'", "'a '", "'a  b'", #""a\tb""#, #""a\nb""#, #""a\n\nb\n""#, #""\n""#,
    #"" \n a""#, #""a\n b""#, #""a\r\nb""#, "é", #""\xe9""#, #""\u2028""#, #""\U0001F600""#, "😀", #""\x85""#,
    #""\xa0""#, #""\e\a\b\x7f""#, "日本語", #""\"'\\""#, "'it''s'", #""é \"'""#, "e\u{301}",
    "!!str 12", "!!str yes", "!!int '12'", "!!float 1", "!!float '1.5'", "!!null x", "!!bool 'yes'", "!!bool maybe",
    "!!int x", "!!timestamp '2024-1-2'", "!!timestamp x", "!foo 12", "!!python/name:os.system ''",
    "!!map {a: 1}", "!!seq [a]", "!!str {a: 1}", "!foo [a]", "!!str", "!!float .inf",
  ]

  private static let long: [String] = [
    repeated("word ", 40), "\"\(repeated("é word ", 40))\"", "'\(repeated("a: b ", 40))'", repeated("x", 200),
    "\"\(repeated("word ", 30))\\n\(repeated("more ", 30))\"", "'\(repeated("ab  cd ", 30))'",
    "\"\(repeated("\\xe9", 60))\"", "\"\(repeated("é ", 60))\"",
  ]

  private static let blocks: [String] = [
    "|\n  a\n  b", "|-\n  a\n  b", "|+\n  a\n\n", ">\n  a\n  b\n\n  c", ">-\n  a\n   b\n  c", "|2\n   a\n",
    "|\n  \ta", "a\n  b\n\n  c", "'a\n  b\n\n  c'", "\"a\\\n  b\"", "\"a\n  b\"",
  ]

  private static func repeated(_ text: String, _ count: Int) -> String {
    String(repeating: text, count: count)
  }

  /// Whole documents.
  static let documents: [String] = [
    "b: 1\na: 2\nC: 3\n\"é\": 4\n'': 5\n", "10: a\n9: b\n1.5: c\n", "1: a\nb: c\n~: d\n", "yes: a\nno: b\n",
    "2024-01-02: a\n2023-01-02: b\n", "2024-01-02: a\n2024-01-02 03:04:05: b\n", "a: []\nb: {}\nc: [[], {}]\n",
    "a: &x [1, 2]\nb: *x\n", "a: &x {k: v}\nb: *x\nc: [*x, *x]\n", "a: &x text\nb: *x\n", "a: &x []\nb: *x\n",
    "a: &d 2024-01-02\nb: *d\n", "a: &t 2024-01-02 03:04:05\nb: [*t]\n", "z: &x [1]\ny: &y [2]\nb: *y\na: *x\n",
    "base: &b {x: 1, y: [a]}\nc:\n  <<: *b\n  y: 2\n", "base: &b {x: 1, y: [a]}\nc:\n  y: 2\n  <<: *b\n  z: 3\n",
    "a: &a {x: 1, q: 1}\nb: &b {x: 2, r: 2}\nc:\n  <<: [*a, *b]\n",
    "a: &a {x: 1}\nb: &b {<<: *a, y: 2}\nc: {<<: *b, z: 3}\n",
    "a: &a {x: [1]}\nb: {<<: *a}\nc: {<<: *a}\n", "a: {<<: 1}\n", "a: {<<: [1]}\n", "a: {<<: {x: 1}}\n",
    "a: {'<<': 1}\n",
    "a: {=: 1}\n", "a: {'=': 1}\n", "a: [=]\n", "a: [<<]\n", "? a\n: b\n", "? [a]\n: b\n", "? {a: b}\n: c\n",
    "a: b: c\n", "a: [1\n", "a: 'b\n", "\ta: b\n", "a: *x\n", "a: &x 1\nb: &x 2\n", "a: &x [*y]\n",
    "--- {a: 1}\n--- {b: 2}\n",
    "--- {a: 1}\n...\n", "%YAML 1.1\n---\na: 1\n", "%YAML 1.2\n---\na: yes\n", "%TAG !e! tag:e,2024:\n---\na: !e!x 1\n",
    "a: \u{7}\n", "a: \u{FFFE}\n", "a: b\r\nc:\r\n- d\r\n", "a: 1 # comment\n# more\nb: 2\n",
    "{a: 1, b: [c, d: e], 'f': }\n",
    "{\"a\":1,\"b\":[true,null]}\n", "a:\n- b\n-\n  - c\n  - d: e\n    f: g\n- - - h\n", "a: - b\n", "a:\n  b\n c\n",
    "a: [! 12, ! '12', ! {a: 1}]\n",
    "\u{FEFF}a: 1\nb: {c: d}\n", "a: \"\\ud800\"\n", "a: \"\\q\"\n",
    "\(repeated("k", 130)): v\n",
    "\"a\\nb\": c\n", "'a: b': c\n", "a: {\"\(repeated("key ", 30))\": v}\n",
    "[a, b]: c\n", "a: [b, {c: d}, [e]]\n", "a:\n  - b: |\n      x\n      y\n    c: >\n      z\n",
    "s: &s {a: &l [1]}\nt: *s\nu: *l\n", "a: &n\nb: *n\n", "a: &s x\nb:\n  *s : y\n", "true: a\nb: c\n",
    "1: a\n2: b\n10: c\n",
  ]

  /// Texts that PyYAML takes and this project refuses on purpose.
  static let stricter: [String] = [
    "a: 1\na: 2\n", "1: a\ntrue: b\n", "a: 1\nb: {c: 1, 'c': 2}\n", "a: !!set {b, c}\n", "a: !!binary aGVsbG8=\n",
    "a: !!omap [b: 1]\n", "a: !!pairs [b: 1]\n", "a: \"\\0\"\n", "a: \"\\ufeffb\"\n", "a: \"\\U0000FEFFb\"\n",
    "a: \"b\u{FEFF}\"\n", "a: &x [*x]\n", "a: {<<: {x: 1}, <<: {y: 2}}\n",
    "1: a\n1.0: b\n",
  ]
}
