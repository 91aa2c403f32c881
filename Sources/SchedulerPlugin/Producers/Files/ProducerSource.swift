import BuildEvents
import Foundation

/// One instance of a producer that may send: its secret, the LAVA user its jobs belong to, and what its builds become.
struct ProducerSource: Hashable, Sendable {
  /// Its name within the producer, as it stands in the door's address.
  var name: String
  /// The producer's name.
  var producer: String
  /// For people.
  var summary: String
  /// LAVA's username; the jobs will be this user's.
  var user: String
  /// The file with the secret; read whenever a message comes, so that a changed secret counts at once.
  /// Nil: nobody may send, the source is fetched.
  var secretFile: String?
  var scheme: DoorScheme
  var builds: [BuildMapping]
  var map: FieldMap
  /// What it may send.
  var limits: SourceLimits
  /// Who is told of the end.
  var callback: SourceCallback
  /// What it wants read otherwise than usual.
  var options: ProducerOptions
  /// How it is fetched, where its producer sends nothing.
  var fetch: [FetchSettings]
  /// How halves are paired.
  var pairing: PairingSettings?
  /// The file it is written in.
  var file: String

  /// The secrets; nil when there is no file, the file cannot be read or holds none.
  var secrets: DoorSecrets? {
    guard let secretFile, let text = try? String(contentsOfFile: secretFile, encoding: .utf8) else { return nil }
    let secrets = DoorSecrets(text: text)
    return secrets.isEmpty ? nil : secrets
  }
}

/// What counts for every source of a producer unless the source says otherwise.
struct ProducerDefaults: Hashable, Sendable {
  var producer: String
  var summary: String
  var map: FieldMap
  var file: String
}
