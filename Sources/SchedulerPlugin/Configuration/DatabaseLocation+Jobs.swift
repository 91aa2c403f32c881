public import BoardInventory

extension DatabaseLocation {
  /// What LAVA's settings say of every job in this database; its defaults where this is not LAVA's own database.
  ///
  /// Throws `FileMistake` for settings that LAVA could not read or use either.
  public func jobSettings(
    lava: LAVASettings = LAVASettings(), environment: [String: String]
  ) throws(FileMistake) -> JobSettings {
    guard isLAVAs(try lava.database(environment: environment)?.parameters) else { return JobSettings() }
    return try lava.jobs(environment: environment)
  }
}
