internal import Crypto
import Foundation

/// SHA-256 in hexadecimal: tells whether a file is another than before.
enum FileDigest {
  static func of(_ bytes: [UInt8]) -> String {
    SHA256.hash(data: bytes).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// Of a file's bytes; a word that is no digest for a file that cannot be read.
  static func of(file path: String) -> String {
    (try? Data(contentsOf: URL(fileURLWithPath: path))).map { of([UInt8]($0)) } ?? "unreadable"
  }
}
