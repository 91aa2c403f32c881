public import BuildEvents
public import Matcher

extension Requirements {
  /// What the artifact of an event demands by itself, before any rule narrows it.
  public init(_ event: BuildEvent) {
    self.init(
      architecture: event.architecture,
      imageFamily: event.imageFamily.flatMap(ImageFamily.init(normalizing:)),
      bootloader: event.bootloader,
      deviceTypes: Set(event.deviceTypes.map(DeviceTypeName.init)),
      tags: Set(event.tags))
  }
}
