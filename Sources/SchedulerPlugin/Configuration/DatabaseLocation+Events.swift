public import LAVAEvents
public import Logging

extension DatabaseLocation {
  /// Who tells LAVA of new jobs in this database; nil where LAVA's events are off, or where this is not its database.
  /// Says in the log what was found.
  ///
  /// Throws `FileMistake` for settings that LAVA could not read either.
  public func eventSender(
    lava: LAVASettings = LAVASettings(), environment: [String: String], logger: Logger
  ) throws -> EventSender? {
    let settings = try lava.events(environment: environment)
    guard settings.isOn else { return nil }
    guard isLAVAs(try lava.database(environment: environment)?.parameters) else {
      logger.warning("LAVA's events are on, but its settings name another database than ours; it is told nothing")
      return nil
    }
    logger.info("LAVA's scheduler is told of new jobs", metadata: ["socket": "\(settings.socket)"])
    return EventSender(settings: settings, logger: logger)
  }
}
