public import BuildEvents

/// A release candidate has built: smoke-test it at once on every board that can run it.
///
/// The shipped example of a rule in Swift. It says what a YAML rule cannot: that a version must end in `-rcN`.
public struct ReleaseCandidateSmoke: Rule {
  /// The rule's name.
  public let name = "release-candidate-smoke"
  /// One sentence for people.
  public let summary = "A release candidate has built (property version ends in -rcN): smoke-test it first of all."

  /// The rule has no settings.
  public init() {}

  /// Takes events whose property `version` ends in `-rc` and a number.
  public func answer(to event: BuildEvent) -> RuleAnswer {
    guard let version = event.properties["version"] else { return .ignores("the event has no properties.version") }
    guard version.wholeMatch(of: /.+-rc[0-9]+/) != nil else {
      return .ignores("properties.version is \(version), no release candidate")
    }
    return .tests(TestPlan(template: "smoke", priority: 90))
  }

  /// A candidate of a nano image.
  public var example: BuildEvent? {
    try? BuildEvent(
      plain: [
        "source": "example", "build_id": "1", "status": "success", "image_family": "nano", "arch": "x86_64",
        "images": ["kernel": "http://example.com/kernel", "ramdisk": "http://example.com/ramdisk"],
        "properties": ["version": "1.0-rc1"],
      ])
  }
}
