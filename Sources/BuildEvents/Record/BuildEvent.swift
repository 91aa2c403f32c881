public import Matcher

/// One message that a build finished, checked: whoever holds a value holds at least one fetchable image and an identity.
///
/// Values come only from ``init(plain:)``, ``init(record:)`` and ``decode(contentType:headers:body:limits:)``; there is
/// no way to make one whose URLs were not looked at.
public struct BuildEvent: Sendable, Hashable {
  /// Which producer instance sent it. With ``buildID`` it names the build.
  public internal(set) var source: String
  /// The build's name, unique within ``source``; a text, never a number.
  public internal(set) var buildID: String
  /// How the build ended; only success schedules.
  public internal(set) var status: BuildStatus
  /// The images by role (kernel, dtb, ramdisk, rootfs …); at least one.
  public internal(set) var images: [String: Image]
  /// The normal name of the image family, such as "nano".
  public internal(set) var imageFamily: String?
  /// The producer's own name for the image, as given.
  public internal(set) var imageName: String?
  /// What the image runs on, in one normal spelling.
  public internal(set) var architecture: Architecture?
  /// The producer's word for it: `armel` and `armhf` are both ``architecture`` arm.
  public internal(set) var architectureAsGiven: String?
  /// How the image expects to be booted; nil if not told or "none".
  public internal(set) var bootloader: BootMethod?
  /// The producer's word for it, "none" included.
  public internal(set) var bootloaderAsGiven: String?
  /// LAVA device types it may run on, in the order given, each once; empty if rules decide.
  public internal(set) var deviceTypes: [String] = []
  /// Tags a board must carry to be given this build.
  public internal(set) var tags: [String] = []
  /// The Linaro hardware pack (JSON `hwpack`) built or paired.
  public internal(set) var hardwarePack: String?
  /// The producer's names of boards.
  public internal(set) var boards: [String] = []
  /// The kernel's version.
  public internal(set) var kernelVersion: String?
  /// A page about the build, http or https.
  public internal(set) var buildURL: String?
  /// The build's log, http or https.
  public internal(set) var logURL: String?
  /// When the build ended (RFC 3339), as given.
  public internal(set) var completedAt: String?
  /// Whatever a rule may match on; numbers and booleans were turned into text.
  public internal(set) var properties: [String: String] = [:]
  /// Where the sender wants to be told of the end.
  public internal(set) var callback: CallbackWish?
  /// The CloudEvent it came in, if it did.
  public internal(set) var envelope: CloudEventEnvelope?
  /// The fields nobody here knows, kept with the event. Credentials in their URLs are taken out.
  public internal(set) var extra: [String: JSONValue] = [:]
}
