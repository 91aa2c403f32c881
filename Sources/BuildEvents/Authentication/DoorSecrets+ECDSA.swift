internal import Crypto
internal import Foundation

extension DoorSecrets {
  /// TuxSuite signs the JSON, which may be wrapped in a JSON string afterwards; older versions sign the body as it is.
  /// Whatever was signed must be what is read, so a body whose inner text is signed is one that is unwrapped.
  func ecdsa(_ payload: ProducerPayload) -> DoorVerdict {
    guard let header = payload.headers["x-tux-payload-signature"] else { return .noProof }
    // Base64 for URLs, with or without its padding.
    var text = header.replacing("-", with: "+").replacing("_", with: "/")
    while text.utf8.count % 4 != 0 { text += "=" }
    guard let signature = Data(base64Encoded: text) else { return .wrong }
    var messages = [payload.body]
    if let outer = try? JSONValue.parse(payload.body, limits: payload.limits), case .string(let inner) = outer {
      messages.append(Array(inner.utf8))
    }
    let keys = publicKeys
    for message in messages where keys.contains(where: { $0.verifies(signature, of: message) }) { return .proven }
    return .wrong
  }

  private var publicKeys: [OpenSSHKey] { texts.compactMap(OpenSSHKey.init) }
}

/// An ECDSA public key as OpenSSH writes it: `ecdsa-sha2-nistp256 AAAA…` (RFC 5656, section 3.1).
enum OpenSSHKey {
  case p256(P256.Signing.PublicKey)
  case p384(P384.Signing.PublicKey)
  case p521(P521.Signing.PublicKey)

  init?(_ line: String) {
    let words = line.split(separator: " ")
    guard words.count >= 2, let blob = Data(base64Encoded: String(words[1])) else { return nil }
    var rest = [UInt8](blob)[...]
    guard let type = Self.field(&rest), type.elementsEqual(words[0].utf8), Self.field(&rest) != nil,
      let point = Self.field(&rest), rest.isEmpty
    else { return nil }
    switch words[0] {
    case "ecdsa-sha2-nistp256":
      guard let key = try? P256.Signing.PublicKey(x963Representation: point) else { return nil }
      self = .p256(key)
    case "ecdsa-sha2-nistp384":
      guard let key = try? P384.Signing.PublicKey(x963Representation: point) else { return nil }
      self = .p384(key)
    case "ecdsa-sha2-nistp521":
      guard let key = try? P521.Signing.PublicKey(x963Representation: point) else { return nil }
      self = .p521(key)
    default: return nil
    }
  }

  /// A length of four bytes and as many bytes.
  private static func field(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard rest.count >= 4 else { return nil }
    let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
    rest = rest.dropFirst(4)
    guard length <= rest.count else { return nil }
    defer { rest = rest.dropFirst(length) }
    return rest.prefix(length)
  }

  /// Whether the DER signature is the key's over the message's SHA-256.
  func verifies(_ signature: Data, of message: [UInt8]) -> Bool {
    let digest = SHA256.hash(data: message)
    switch self {
    case .p256(let key):
      return (try? P256.Signing.ECDSASignature(derRepresentation: signature)).map {
        key.isValidSignature($0, for: digest)
      } ?? false
    case .p384(let key):
      return (try? P384.Signing.ECDSASignature(derRepresentation: signature)).map {
        key.isValidSignature($0, for: digest)
      } ?? false
    case .p521(let key):
      return (try? P521.Signing.ECDSASignature(derRepresentation: signature)).map {
        key.isValidSignature($0, for: digest)
      } ?? false
    }
  }
}
