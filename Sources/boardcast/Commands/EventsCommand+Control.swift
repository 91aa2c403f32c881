import ArgumentParser
import Foundation
import PostgresClient
import SchedulerPlugin

extension EventsCommand {
  struct Cancel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Gives up what waits of an event; jobs that LAVA has are LAVA's.")

    @OptionGroup var places: PlaceOptions
    @Argument(help: "The event's number.") var id: Int64

    func run() async throws {
      let id = id
      let outcome = try await places.withConnection { connection in
        try await connection.withTransaction { try EventControl.cancel(id, by: NSUserName(), $0) }
      }
      guard let outcome else { throw CommandRefusal("there is no event \(id)") }
      print("\(outcome.assignments) waiting assignments cancelled")
      if outcome.jobsInLAVA > 0 { print("\(outcome.jobsInLAVA) jobs stand or run in LAVA; cancel them there") }
    }
  }

  struct Retry: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Decides an event again: boards that have a job of it keep it, all others are looked at anew.")

    @OptionGroup var places: PlaceOptions
    @Argument(help: "The event's number.") var id: Int64

    func run() async throws {
      let id = id
      do {
        let outcome = try await places.withConnection { connection in
          try await connection.withTransaction { try EventControl.retry(id, $0) }
        }
        guard outcome != nil else { throw CommandRefusal("there is no event \(id)") }
        print("event \(id) will be decided again")
      } catch let error as NothingToRetry {
        throw CommandRefusal(error.description)
      }
    }
  }
}
