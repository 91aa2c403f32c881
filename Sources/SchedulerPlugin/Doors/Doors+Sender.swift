import BuildEvents
import Hummingbird
import NIOCore
import PostgresClient

extension Doors {
  /// Who sends this; before anything of the body is read.
  func sender(_ request: Request) async throws -> Sender {
    let credentials = try Credentials(request)
    return try await database(readOnly: true) { try Sender.find(credentials, $0) }
  }

  /// The body as it was before any coding: at most 1 MiB of it, or as much as the sender's limits say.
  func body(_ request: Request, _ limits: SourceLimits) async throws -> [UInt8] {
    let most = limits.bytes ?? Limits.standard.bytes
    let coding = try BodyCoding(request.headers[.contentEncoding])
    do {
      return try coding.decoded(Array(buffer: try await request.body.collect(upTo: most)), most: most)
    } catch is NIOTooManyBytesError {
      throw EventRefusal(
        .tooLarge, "the body is larger than \(most) bytes", mend: "send URLs of images, not images")
    }
  }

  /// Puts an event on disk, commits, and wakes the writer.
  func keep(_ event: BuildEvent, raw: [UInt8], door: String, sender: Sender) async throws -> EventStore.Receipt {
    let terms = try terms.terms(of: event, from: sender.name)
    crash.reached(.received)
    let crash = crash
    let receipt = try await database { session in
      let receipt = try EventStore.keep(event, raw: raw, door: door, sender: sender, terms: terms, session)
      crash.reached(.kept)
      return receipt
    }
    crash.reached(.committed)
    if case .accepted = receipt { wake.signal() }
    return receipt
  }
}
