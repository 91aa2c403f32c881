internal import BoardInventory

extension Doctor {
  /// What LAVA's settings say of every job; nothing where they say nothing.
  static func jobs(
    _ location: DatabaseLocation, lava: LAVASettings, environment: [String: String]
  ) -> [Finding] {
    let subject = "jobs"
    do throws(FileMistake) {
      let settings = try location.jobSettings(lava: lava, environment: environment)
      var words: [String] = []
      if !settings.extraContextVariables.isEmpty {
        words.append("context may have \(settings.extraContextVariables.sorted().joined(separator: ", "))")
      }
      if let seconds = settings.queueTimeoutSeconds { words.append("they wait \(seconds) s for a board at most") }
      guard !words.isEmpty else { return [] }
      return [Finding(subject: subject, verdict: .good, detail: "LAVA's settings: \(words.joined(separator: "; "))")]
    } catch {
      return [Finding(subject: subject, verdict: .bad, detail: "\(error)")]
    }
  }
}
