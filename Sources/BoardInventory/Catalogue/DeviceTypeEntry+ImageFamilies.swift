internal import Matcher

extension DeviceTypeEntry {
  /// This entry with the families that the table derives, unless it lists families itself.
  func derivingFamilies(from table: ImageFamilyTable) -> Self {
    let derived = table.families(of: capabilities)
    guard !capabilities.imageFamilies.isKnown, case .known(let families) = derived else { return self }
    var capabilities = capabilities
    capabilities.imageFamilies = derived
    let files = table.files(of: families)
    let source =
      files.isEmpty
      ? "no family of families.yaml goes by its boot and deploy methods"
      : "by its boot and deploy methods, from \(files.joined(separator: ", "))"
    return DeviceTypeEntry(
      deviceType: deviceType, capabilities: capabilities, deviceTree: deviceTree,
      sources: sources.merging(["image_families": source]) { _, new in new }, file: file)
  }
}
