internal import BoardInventory
internal import LAVAEvents

extension Doctor {
  /// Whether LAVA's scheduler is told of new jobs. Without that it looks by itself, so nothing here stops `serve`.
  static func events(
    _ location: DatabaseLocation, lava: LAVASettings, environment: [String: String]
  ) -> Finding {
    let subject = "events"
    do throws(FileMistake) {
      let settings = try lava.events(environment: environment)
      guard settings.isOn else {
        return Finding(
          subject: subject, verdict: .good,
          detail: "LAVA's are off (EVENT_NOTIFICATION), so its scheduler finds new jobs when it looks, every 20 s")
      }
      guard location.isLAVAs(try lava.database(environment: environment)?.parameters) else {
        return Finding(
          subject: subject, verdict: .warning,
          detail: "LAVA's are on, but its settings name another database than ours, so it is told nothing")
      }
      if let problem = settings.problem {
        return Finding(subject: subject, verdict: .warning, detail: "LAVA's scheduler cannot be told: \(problem)")
      }
      return Finding(
        subject: subject, verdict: .good, detail: "LAVA's scheduler is told of new jobs by \(settings.socket)")
    } catch {
      return Finding(subject: subject, verdict: .warning, detail: "LAVA's settings cannot be read: \(error)")
    }
  }
}
