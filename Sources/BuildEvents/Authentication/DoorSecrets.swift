internal import Crypto
internal import Foundation

/// How a producer proves that a message is its own.
public enum DoorScheme: String, Sendable, Hashable, CaseIterable {
  /// The secret itself: `Authorization: Bearer SECRET` or `Token SECRET`, or as the password of Basic.
  case token
  /// `X-Hub-Signature-256` (GitHub) or `X-Signature-256`: `sha256=` and the hexadecimal HMAC of the raw body.
  case hmac = "hmac-sha256"
  /// GitLab: `X-Gitlab-Token` for a secret token; `webhook-signature` (Standard Webhooks) for a signing token, which
  /// begins with `whsec_`.
  case gitlab
  /// TuxSuite: `x-tux-payload-signature`, ECDSA with SHA-256; the secrets are public keys in OpenSSH's form.
  case ecdsa

  /// The header that carries the proof, for answers.
  public var header: String {
    switch self {
    case .token: "Authorization"
    case .hmac: "X-Hub-Signature-256"
    case .gitlab: "X-Gitlab-Token or webhook-signature"
    case .ecdsa: "x-tux-payload-signature"
    }
  }
}

/// What one source's messages are held against. Every line of its secret file counts, so that a secret can be changed
/// without a gap. Its description tells nothing.
public struct DoorSecrets: Sendable, CustomStringConvertible, CustomDebugStringConvertible {
  private let lines: [String]
  var texts: [String] { lines }

  /// The lines of a secret file; empty ones and comments count for nothing.
  public init(text: String) {
    lines = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
      .filter { !$0.isEmpty && !$0.hasPrefix("# ") && $0 != "#" }
  }

  /// Whether there is any.
  public var isEmpty: Bool { lines.isEmpty }
  /// Nothing of the secrets.
  public var description: String { "\(lines.count) secrets" }
  /// The same as ``description``.
  public var debugDescription: String { description }

  /// How far a signed time may lie from now, in seconds (standardwebhooks.com advises five minutes).
  public static let replayWindow: Int64 = 300

  /// Whether the message is proven, and if not, what is wrong with the proof. Comparisons take the same time whatever
  /// differs.
  ///
  /// - Parameter now: seconds since 1970.
  public func verify(_ payload: ProducerPayload, by scheme: DoorScheme, now: Int64) -> DoorVerdict {
    switch scheme {
    case .token: token(payload.headers["authorization"])
    case .hmac: hmac(payload)
    case .gitlab: gitlab(payload, now: now)
    case .ecdsa: ecdsa(payload)
    }
  }

  private func token(_ header: String?) -> DoorVerdict {
    guard let header else { return .noProof }
    let parts = header.split(separator: " ", omittingEmptySubsequences: true).map(String.init)
    guard parts.count >= 2 else { return .wrong }
    switch parts[0].lowercased() {
    case "bearer", "token": return anyEquals(parts[1]) ? .proven : .wrong
    case "basic":
      guard let data = Data(base64Encoded: parts[1]), let text = String(data: data, encoding: .utf8),
        let colon = text.firstIndex(of: ":")
      else { return .wrong }
      return anyEquals(String(text[text.index(after: colon)...])) ? .proven : .wrong
    default: return .wrong
    }
  }

  private func hmac(_ payload: ProducerPayload) -> DoorVerdict {
    guard let header = payload.headers["x-hub-signature-256"] ?? payload.headers["x-signature-256"] else {
      return .noProof
    }
    guard header.hasPrefix("sha256="), let code = Self.bytes(hexadecimal: header.dropFirst(7)) else { return .wrong }
    return anySigned(payload.body, code) { Data($0.utf8) } ? .proven : .wrong
  }

  private func gitlab(_ payload: ProducerPayload, now: Int64) -> DoorVerdict {
    let isSigning = { (line: String) in line.hasPrefix("whsec_") }
    if lines.contains(where: isSigning), let signature = payload.headers["webhook-signature"] {
      guard let id = payload.headers["webhook-id"], let stamp = payload.headers["webhook-timestamp"],
        let time = Int64(stamp)
      else { return .noProof }
      guard time > now - Self.replayWindow, time < now + Self.replayWindow else { return .tooOld }
      let message = Array("\(id).\(stamp).".utf8) + payload.body
      let signing = DoorSecrets(lines: lines.filter(isSigning))
      var isSigned = false
      for word in signature.split(separator: " ") where word.hasPrefix("v1,") {
        guard let code = Data(base64Encoded: String(word.dropFirst(3))) else { continue }
        if signing.anySigned(message, [UInt8](code), key: { Data(base64Encoded: String($0.dropFirst(6))) }) {
          isSigned = true
        }
      }
      return isSigned ? .proven : .wrong
    }
    guard let token = payload.headers["x-gitlab-token"] else { return .noProof }
    return DoorSecrets(lines: lines.filter { !isSigning($0) }).anyEquals(token) ? .proven : .wrong
  }

  private init(lines: [String]) { self.lines = lines }

  /// Both sides are hashed with a key of the moment, so that the time taken tells nothing of where they differ.
  private func anyEquals(_ text: String) -> Bool {
    let key = SymmetricKey(size: .bits256)
    let given = HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: key)
    var found = false
    for line in lines where HMAC<SHA256>.isValidAuthenticationCode(given, authenticating: Data(line.utf8), using: key) {
      found = true
    }
    return found
  }

  private func anySigned(_ message: [UInt8], _ code: [UInt8], key: (String) -> Data?) -> Bool {
    var found = false
    for line in lines {
      guard let key = key(line), !key.isEmpty else { continue }
      if HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: message, using: SymmetricKey(data: key)) {
        found = true
      }
    }
    return found
  }

  static func bytes(hexadecimal text: some StringProtocol) -> [UInt8]? {
    let digits = text.utf8.map(JSONParser.hexDigit)
    guard digits.count % 2 == 0, !digits.contains(nil) else { return nil }
    return stride(from: 0, to: digits.count, by: 2).map { (digits[$0] ?? 0) << 4 | (digits[$0 + 1] ?? 0) }
  }
}

/// What came of looking at a message's proof.
public enum DoorVerdict: Sendable, Hashable {
  /// It is the producer's own.
  case proven
  /// The header with the proof is not there.
  case noProof
  /// The secret or signature is another one.
  case wrong
  /// The signature's time lies too far from now: somebody may be sending an old message again.
  case tooOld
}
