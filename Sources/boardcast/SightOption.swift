import ArgumentParser
import PostgresClient
import SchedulerPlugin

/// Who looks: whoever has the database sees everything.
struct SightOption: ParsableArguments {
  @Option(
    name: .customLong("as"),
    help: ArgumentHelp("Only what this LAVA user may see, as the API shows it.", valueName: "user"))
  var user: String?

  func sight(_ session: borrowing PostgresSession) throws -> Sight {
    do {
      return try Sight.read(user: user, session)
    } catch let unknown as UnknownUser {
      throw CommandRefusal(unknown.description)
    }
  }

  /// What stands at the end of a list that is not whole.
  func printHidden(_ count: Int) {
    if count > 0 { print("\(count) board\(count == 1 ? "" : "s") that \(user ?? "") may not see") }
  }
}
