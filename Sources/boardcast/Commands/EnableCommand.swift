import ArgumentParser
import BoardInventory
import PostgresClient
import SchedulerPlugin

struct EnableCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "enable",
    abstract: "Puts Boardcast's tables and triggers into LAVA's database. Harmless when they are there.",
    discussion: "All of it goes into the schema 'boardcast'; nothing of LAVA's is changed.")

  @OptionGroup var places: PlaceOptions

  func run() async throws {
    let migrations = try places.migrations()
    let (applied, restored) = try await places.withConnection { connection in
      let missing = try await connection.withSession { try LAVATables.read($0).missing }
      guard missing.isEmpty else { throw NotALAVADatabase(missing: missing) }
      try await TriggerRightLacking.check(connection)
      let applied = try await migrations.apply(on: connection)
      return (applied, try await connection.withTransaction { try InventoryTriggers.restore($0) })
    }
    for trigger in restored { print("put back the trigger \(trigger)") }
    if applied.isEmpty && restored.isEmpty {
      print("Boardcast is enabled; there was nothing to do.")
    } else {
      for name in applied { print("applied \(name)") }
      print("Boardcast is enabled. Start 'boardcast serve' beside lava-scheduler.")
    }
  }
}
