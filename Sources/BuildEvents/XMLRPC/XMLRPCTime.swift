/// XML-RPC's dateTime, which has no zone of its own: it is defined as UTC here.
enum XMLRPCTime {
  /// The RFC 3339 form of `20110208T09:30:00`, of the same with dashes, and of either with a zone.
  static func timestamp(_ text: String) -> String? {
    var bytes = Array(text.utf8)
    let dash = UInt8(ascii: "-")
    if bytes.count >= 8, bytes[..<8].allSatisfy({ (0x30...0x39).contains($0) }) {
      bytes.insert(dash, at: 6)
      bytes.insert(dash, at: 4)
    }
    let dashed = String(decoding: bytes, as: UTF8.self)
    for candidate in [dashed, dashed + "Z"] where Timestamp.isValid(candidate) { return candidate }
    return nil
  }
}
