extension Board {
  /// Examines every requirement against this board and gives all the reasons, not the first alone.
  public func verdict(for requirements: Requirements) -> Verdict {
    var mismatches: [Reason] = []
    if !capabilities.isDescribed {
      mismatches.append(
        Reason(.notDescribed, "nobody described device type \(deviceType); add it to devices/\(deviceType).yaml"))
    } else {
      mismatches += capabilityMismatches(requirements)
    }
    if !requirements.deviceTypes.isEmpty, requirements.deviceTypes.isDisjoint(with: typeNames) {
      let wanted = requirements.deviceTypes.sorted().map(\.name).joined(separator: ", ")
      mismatches.append(Reason(.deviceType, "wants device type \(wanted); this is a \(deviceType)"))
    }
    let missing = requirements.tags.subtracting(tags).sorted()
    if !missing.isEmpty {
      mismatches.append(Reason(.tag, "lacks the tag \(missing.joined(separator: ", "))"))
    }
    return Verdict(mismatches: mismatches, availability: availability)
  }

  private func capabilityMismatches(_ requirements: Requirements) -> [Reason] {
    [
      mismatch(.architecture, "architectures", requirements.architecture, capabilities.architectures),
      mismatch(.imageFamily, "image families", requirements.imageFamily, capabilities.imageFamilies),
      mismatch(.bootloader, "boot methods", requirements.bootloader, capabilities.bootMethods),
    ].compactMap { $0 }
  }

  private func mismatch<Name: CustomStringConvertible>(
    _ code: Reason.Code, _ kind: String, _ wanted: Name?, _ has: CapabilitySet<Name>
  ) -> Reason? {
    guard let wanted, !has.contains(wanted) else { return nil }
    switch has {
    case .unknown:
      return Reason(.notDescribed, "wants \(wanted); the \(kind) of \(deviceType) are unknown")
    case .known(let elements) where elements.isEmpty:
      return Reason(code, "wants \(wanted); the board has none")
    case .known:
      return Reason(code, "wants \(wanted); the board has \(has.elements.map(\.description).joined(separator: ", "))")
    }
  }
}
