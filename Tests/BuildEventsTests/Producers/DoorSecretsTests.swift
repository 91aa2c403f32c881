import Foundation
import Testing

@testable import BuildEvents

/// Protects the lab from strangers: every way to prove a message, held against the samples' own signatures.
@Suite("Proofs of messages")
struct DoorSecretsTests {
  private func verify(
    _ secret: String, _ scheme: DoorScheme, _ headers: [String: String], _ body: [UInt8] = [], now: Int64 = 0
  ) -> DoorVerdict {
    DoorSecrets(text: secret).verify(ProducerPayload(body, headers: headers), by: scheme, now: now)
  }

  @Test("the secret itself, in each place where it may stand; any line of the file counts")
  func token() {
    func basic(_ text: String) -> String { "Basic " + Data(text.utf8).base64EncodedString() }
    let file = "# of Jenkins\n\nold\nnew \n"
    for good in ["Bearer new", "token old", basic("jenkins:new"), basic(":old")] {
      #expect(verify(file, .token, ["authorization": good]) == .proven, "\(good)")
    }
    for bad in ["Bearer ne", "Bearer newx", "Bearer", "new", basic("new"), basic("new:x"), "Basic %", "Bearer #"] {
      #expect(verify(file, .token, ["authorization": bad]) == .wrong, "\(bad)")
    }
    #expect(verify(file, .token, [:]) == .noProof)
    #expect(verify("", .token, ["authorization": "Bearer "]) == .wrong)
    #expect("\(DoorSecrets(text: file))" == "2 secrets")
  }

  @Test("GitHub's own test vector, the sample's signature, and one changed byte")
  func hmac() throws {
    let secret = "It's a Secret to Everybody"
    let code = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    let vector = Array("Hello, World!".utf8)
    #expect(verify(secret, .hmac, ["X-Hub-Signature-256": code], vector) == .proven)
    #expect(verify(secret, .hmac, ["X-Hub-Signature-256": code], vector + [10]) == .wrong)
    #expect(verify(secret, .hmac, ["X-Hub-Signature-256": code.uppercased()], vector) == .wrong)
    #expect(verify(secret, .hmac, ["X-Hub-Signature": "sha1=b554"], vector) == .noProof)
    let body = try Sample.gitHubRun.body
    let sample = "sha256=367aa56ecdb8bb5e5d431e736cee616dd22a49ef818ed468d59792f59c04e326"
    #expect(verify(secret, .hmac, ["X-Hub-Signature-256": sample], body) == .proven)
    let own = "sha256=d691fb43229a2ccfd85223a3b226947dc9296a3d281f764f7b60423280a42787"
    #expect(verify("s3cret", .hmac, ["X-Signature-256": own], try Sample.plain.body) == .proven)
  }

  @Test("GitLab: a secret token, a signing token, and a signature that is sent again later")
  func gitLab() throws {
    let body = try Sample.gitLabJob.body
    let signed = [
      "webhook-id": "e7b3a1c9-4d52-4f08-b6a1-92c0d3e4f5a6", "webhook-timestamp": "1767231000",
      "webhook-signature": "v1,AAAA v1,njOZp6LbgaoVyj/8bKca+iw+JrKENuNbf2utg4h2wuY=",
    ]
    let signing = "whsec_WV8V7StRAhmIWw1V8lkxJtQ9T6CIrJvX5DKcYkg1dDc="
    #expect(verify(signing, .gitlab, signed, body, now: 1_767_231_299) == .proven)
    #expect(verify(signing, .gitlab, signed, body, now: 1_767_231_300) == .tooOld)
    #expect(verify(signing, .gitlab, signed, body, now: 1_767_230_700) == .tooOld)
    #expect(verify(signing, .gitlab, signed, body + [10], now: 1_767_231_000) == .wrong)
    let later = signed.merging(["webhook-timestamp": "1767231001"]) { $1 }
    #expect(verify(signing, .gitlab, later, body, now: 1_767_231_000) == .wrong)
    #expect(verify("plain-shared-secret", .gitlab, ["X-Gitlab-Token": "plain-shared-secret"]) == .proven)
    #expect(verify("plain-shared-secret", .gitlab, ["X-Gitlab-Token": "plain-shared-secreT"]) == .wrong)
    // Who knows only the signing token's text must not be let in by sending it as a plain one.
    #expect(verify(signing, .gitlab, ["X-Gitlab-Token": signing]) == .wrong)
    #expect(verify(signing, .gitlab, [:]) == .noProof)
  }

  @Test("TuxSuite: both wire forms of the sample, one byte more, another key")
  func ecdsa() throws {
    let key =
      "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBGYNv2Oq7/HxpWKU4xEh1IiDIlWt2Ze/pYYqa6/lhWAS+lobYJljDcd2osE93i5EyZZrbVsjzIloNZkZfduGYCM="
    let header = [
      "x-tux-payload-signature":
        "MEUCIGh4dXX-8gJ7MgoPuLNWujOFfiryxHvCAYXKhVScAYYbAiEAhSmfGXkLgfhGItMn_ksMZfvGiiMnx9Xmnpv247hSKzc="
    ]
    let wire = try Sample.tuxWire.body
    var inner = try Sample.tuxBuild.body
    if inner.last == 10 { inner.removeLast() }
    #expect(verify(key, .ecdsa, header, wire) == .proven)
    #expect(verify("# tuxsuite\nssh-rsa AAAA\n" + key, .ecdsa, header, inner) == .proven)
    #expect(verify(key, .ecdsa, header, inner + [0x20]) == .wrong)
    #expect(verify(key, .ecdsa, [:], wire) == .noProof)
    #expect(verify(key, .ecdsa, ["x-tux-payload-signature": "AAAA"], wire) == .wrong)
    for damaged in [key.replacing("BBBG", with: "BBBH"), "ecdsa-sha2-nistp256 AAAA", "", "x y z"] {
      #expect(verify(damaged, .ecdsa, header, wire) == .wrong, "\(damaged)")
    }
  }
}
