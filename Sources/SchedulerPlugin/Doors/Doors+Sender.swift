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

  /// The body, at most 1 MiB of it.
  func body(_ request: Request) async throws -> [UInt8] {
    if let encoding = request.headers[.contentEncoding], encoding.lowercased() != "identity" {
      throw EventRefusal(.unsupported, "the content encoding '\(encoding)' is not understood", mend: "send it plain")
    }
    do {
      return Array(buffer: try await request.body.collect(upTo: Limits.standard.bytes))
    } catch is NIOTooManyBytesError {
      throw EventRefusal(
        .tooLarge, "the body is larger than \(Limits.standard.bytes) bytes", mend: "send URLs of images, not images")
    }
  }

  /// Puts an event on disk, commits, and wakes the writer.
  func keep(_ event: BuildEvent, raw: [UInt8], door: String, sender: Sender) async throws -> EventStore.Receipt {
    crash.reached(.received)
    let crash = crash
    let receipt = try await database { session in
      let receipt = try EventStore.keep(event, raw: raw, door: door, sender: sender, session)
      crash.reached(.kept)
      return receipt
    }
    crash.reached(.committed)
    if case .accepted = receipt { wake.signal() }
    return receipt
  }
}
