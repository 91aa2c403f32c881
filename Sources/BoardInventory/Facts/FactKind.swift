/// A kind of fact about what a board can run; the raw value is its key in files and in JSON.
public enum FactKind: String, Hashable, Sendable, CaseIterable {
  case architectures
  case imageFamilies = "image_families"
  case bootMethods = "boot_methods"
  case deployMethods = "deploy_methods"
  case deviceTree = "device_tree"
}
