/// The rules written in Swift. A lab adds its type to this folder, lists it here, and rebuilds.
public enum CompiledRules {
  /// Every compiled rule; names are unique among them and the YAML files.
  public static let all: [any Rule] = [ReleaseCandidateSmoke()]
}
