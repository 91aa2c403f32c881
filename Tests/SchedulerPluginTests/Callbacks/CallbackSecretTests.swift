import Foundation
import LabSupport
import Testing

@testable import SchedulerPlugin

/// Protects receivers: what we sign is what others verify by the specification alone.
@Suite("Callbacks: signatures")
struct CallbackSecretTests {
  /// standardwebhooks.com's scheme, in Python and from the specification: prints which of two secrets fits.
  static let verifier = """
    import base64, hashlib, hmac, json, sys
    told = json.load(sys.stdin)
    def key(text):
        return base64.b64decode(text[6:]) if text.startswith("whsec_") else text.encode()
    body = base64.b64decode(told["body"])
    message = f"{told['webhook-id']}.{told['webhook-timestamp']}.".encode() + body
    given = told["webhook-signature"].split(" ")
    print(" ".join(
        str("v1," + base64.b64encode(hmac.new(key(s), message, hashlib.sha256).digest()).decode() in given)
        for s in told["secrets"]))
    """

  static func verdicts(
    _ headers: [String: String], body: [UInt8], secrets: [String]
  ) async throws -> [String] {
    var told: [String: Any] = ["body": Data(body).base64EncodedString(), "secrets": secrets]
    for name in ["webhook-id", "webhook-timestamp", "webhook-signature"] { told[name] = headers[name] ?? "" }
    let outcome = try await Command(
      "/usr/bin/env", ["python3", "-c", verifier], input: JSONSerialization.data(withJSONObject: told)
    ).runAside()
    #expect(outcome.status == 0, "\(outcome.complaint)")
    return outcome.output.split(whereSeparator: \.isWhitespace).map(String.init)
  }

  @Test("An independent verifier takes both forms of secret, each line of the file, and no other")
  func verified() async throws {
    let encoded = "whsec_" + Data("0123456789abcdef01234567".utf8).base64EncodedString()
    let secret = try #require(CallbackSecret(text: "# old and new\n\(encoded)\n  plain words  \n"))
    let body = Array("{\"a\": \"ü\"}".utf8)
    let headers = Dictionary(
      uniqueKeysWithValues: secret.headers(id: "msg.1", time: 1_700_000_000, body: body).map { ($0.name, $0.value) })
    let secrets = [encoded, "plain words", "other", "whsec_" + Data("other".utf8).base64EncodedString()]
    #expect(try await Self.verdicts(headers, body: body, secrets: secrets) == ["True", "True", "False", "False"])
    #expect(try await Self.verdicts(headers, body: body + [32], secrets: secrets).allSatisfy { $0 == "False" })
    var later = headers
    later["webhook-timestamp"] = "1700000001"
    #expect(try await Self.verdicts(later, body: body, secrets: secrets).allSatisfy { $0 == "False" })
    #expect("\(secret)" == "2 secrets")
  }

  @Test(
    "A file without a usable secret is none", arguments: ["", "\n# only words\n", "whsec_", "whsec_%%%", "a\nwhsec_?"])
  func unusable(_ text: String) { #expect(CallbackSecret(text: text) == nil) }
}
