internal import BoardInventory
internal import Crypto
import Foundation

/// Signs callbacks as Standard Webhooks 1.0 (standardwebhooks.com) wants it. Tells nothing of the secrets.
struct CallbackSecret: Sendable, CustomStringConvertible {
  private let keys: [SymmetricKey]

  /// The secrets of a file's text: a line each, `whsec_` and base64, or the bytes of the line itself. Every one signs, so
  /// that a receiver can change over without a gap. Nil when there is none.
  init?(text: String) {
    let lines = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
      .filter { !$0.isEmpty && !$0.hasPrefix("# ") && $0 != "#" }
    keys = lines.compactMap { line in
      guard line.hasPrefix("whsec_") else { return SymmetricKey(data: Data(line.utf8)) }
      return Data(base64Encoded: String(line.dropFirst(6))).flatMap { $0.isEmpty ? nil : SymmetricKey(data: $0) }
    }
    if keys.isEmpty || keys.count != lines.count { return nil }
  }

  /// The secret in a file, read anew each time; nil when it cannot be read or holds none.
  init?(file: String) {
    guard let text = try? String(contentsOfFile: file, encoding: .utf8) else { return nil }
    self.init(text: text)
  }

  /// The three headers.
  ///
  /// - Parameters:
  ///   - id: the same for every attempt, so that the receiver can tell what it has had.
  ///   - time: seconds since 1970.
  func headers(id: String, time: Int64, body: [UInt8]) -> [(name: String, value: String)] {
    let message = Data("\(id).\(time).".utf8) + Data(body)
    let signatures = keys.map { key in
      "v1," + Data(HMAC<SHA256>.authenticationCode(for: message, using: key)).base64EncodedString()
    }
    return [
      ("webhook-id", id), ("webhook-timestamp", "\(time)"), ("webhook-signature", signatures.joined(separator: " ")),
    ]
  }

  /// How many there are.
  var description: String { "\(keys.count) secrets" }

  /// A path as it is written in a file: beside that file unless it is absolute.
  static func path(_ written: String, beside file: String) -> String {
    written.hasPrefix("/") ? written : URL(fileURLWithPath: file).deletingLastPathComponent().path + "/" + written
  }

  /// Throws a mistake at `callback_secret_file` when there is no secret in it.
  static func check(_ path: String?, _ yaml: FileMapping) throws(FileMistake) {
    guard let path, CallbackSecret(file: path) == nil else { return }
    throw yaml.mistake(
      "callback_secret_file", "\(path) cannot be read or holds no secret",
      mend: "write the secret into it, one a line, readable for boardcast alone")
  }
}
