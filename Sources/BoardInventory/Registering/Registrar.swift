import Foundation
public import PostgresClient

/// Does what plans say, board by board; whatever happens in between, the next apply finds its way.
public struct Registrar: Sendable {
  let connection: PostgresConnection
  let folder: DictionaryFolder
  let lava: LAVACommand
  let person: String

  /// - Parameters:
  ///   - folder: where dictionaries go.
  ///   - lava: LAVA's own command, for changes.
  ///   - person: who applies, for the record.
  public init(connection: PostgresConnection, folder: DictionaryFolder, lava: LAVACommand, person: String) {
    self.connection = connection
    self.folder = folder
    self.lava = lava
    self.person = person
  }

  /// LAVA's command cannot do it, or did not.
  public struct Refused: Error, Hashable, Sendable, CustomStringConvertible {
    /// One line; where it helps, with the command to run by hand.
    public let description: String
  }

  /// Takes the right to apply for this connection until it is closed: a plan must not be carried out on what another
  /// apply has changed meanwhile. Throws `Refused` while somebody else has it.
  public static func claim(_ connection: PostgresConnection) async throws {
    let isClaimed = try await connection.withSession { session in
      try session.query(RegistrationSQL.claim).only { try $0.bool("claimed") }
    }
    guard isClaimed else {
      throw Refused(description: "another 'boards apply' is at work on this lab; apply again when it is done")
    }
  }

  /// Does one board's plan.
  ///
  /// First, in one transaction, whatever is added: rows as LAVA's commands write them, and, before they can be seen, the
  /// dictionary; so no board is ever there without it. Then LAVA's own commands change what is LAVA's. Last comes our
  /// record; a crash before it leaves a board on which LAVA and the file agree, and the next apply only writes it down.
  public func carryOut(_ plan: BoardPlan) async throws {
    let (hostname, person) = (plan.hostname, person)
    let commands = plan.commands
    let isLast = commands.isEmpty
    if !commands.isEmpty, lava.program == nil { throw byHand(commands, "it is not here") }
    let folder = folder
    try await connection.withTransaction(.readCommitted) { session in
      for step in plan.steps { try Self.add(step, hostname, session) }
      _ = try session.execute(RegistrationSQL.checkNow)
      for case .writeDictionary(let dictionary) in plan.steps {
        try folder.write(dictionary, of: hostname)
        _ = try session.execute(RegistrationSQL.keepDictionary, [.text(hostname), .text(dictionary.digest)])
      }
      if isLast, let record = plan.record { try Self.keep(record, hostname, person, session) }
    }
    guard !isLast else { return }
    for (index, words) in commands.enumerated() {
      let outcome = try await lava.run(words)
      guard outcome.status == 0 else { throw byHand(Array(commands[index...]), outcome.reason) }
    }
    guard let record = plan.record else { return }
    try await connection.withTransaction(.readCommitted) { session in
      try Self.keep(record, hostname, person, session)
    }
  }

  /// Writes down that LAVA accepts these boards, so that they are not asked about again.
  public func accepted(_ hostnames: [String]) async throws {
    guard !hostnames.isEmpty else { return }
    _ = try await connection.withSession { session in
      try session.execute(RegistrationSQL.markAccepted, [.textArray(hostnames)])
    }
  }

  private func byHand(_ commands: [[String]], _ reason: String) -> Refused {
    let lines = commands.map { "'\(lava.line($0))'" }.joined(separator: " and ")
    return Refused(
      description:
        "LAVA's command '\(lava.words.joined(separator: " "))' did not do it: \(reason); run \(lines) by hand, "
        + "or name the command with --lava-manage, and apply again")
  }

  private static func add(_ step: BoardPlan.Step, _ hostname: String, _ session: borrowing PostgresSession) throws {
    switch step {
    case .addType(let name): _ = try session.execute(RegistrationSQL.addType, [.text(name)])
    case .addWorker(let name):
      var random = SystemRandomNumberGenerator()
      _ = try session.execute(RegistrationSQL.addWorker, [.text(name), .text(LAVASecret.make(using: &random))])
    case .addDevice(let type, let worker, let description, let health):
      _ = try session.execute(
        RegistrationSQL.addDevice,
        [.text(hostname), .text(type), .text(worker), PostgresValue(description), PostgresValue(health.rawValue)])
    case .addTags(let names):
      _ = try session.execute(RegistrationSQL.addTags, [.textArray(names)])
      _ = try session.execute(RegistrationSQL.attachTags, [.text(hostname), .textArray(names)])
    case .writeDictionary, .update, .removeTags: break
    }
  }

  private static func keep(
    _ record: RegistrationRecord, _ hostname: String, _ person: String, _ session: borrowing PostgresSession
  ) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    _ = try session.execute(
      RegistrationSQL.keepRecord,
      [
        .text(hostname), .text(String(decoding: try encoder.encode(record.capabilities), as: UTF8.self)),
        .text(String(decoding: try encoder.encode(record.applied), as: UTF8.self)), PostgresValue(record.dictionary),
        .text(record.source), .text(person),
      ])
  }
}
