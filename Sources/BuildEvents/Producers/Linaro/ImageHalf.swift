/// One half of what a board of Linaro's boots: a root file system that fits every board, or a hardware pack with a board's
/// kernel and bootloader. They are built apart and paired when they are tested.
public struct ImageHalf: Hashable, Sendable {
  /// Which half.
  public enum Kind: String, Hashable, Sendable {
    /// A root file system.
    case image
    /// A hardware pack.
    case hwpack
  }

  /// Which half it is.
  public var kind: Kind
  /// `11.05-daily`, or the distribution: halves of one platform belong together.
  public var platform: String
  /// The image's or the hardware pack's name.
  public var name: String
  /// Date and serial as `20110208/0`, or a number.
  public var build: String
  /// Where it is.
  public var url: String
  /// In the producer's word; images of 2011 do not tell.
  public var architecture: String?

  /// A half.
  public init(kind: Kind, platform: String, name: String, build: String, url: String, architecture: String? = nil) {
    self.kind = kind
    self.platform = platform
    self.name = name
    self.build = build
    self.url = url
    self.architecture = architecture
  }

  /// The numbers of its build, which tell newer from older: the serial begins anew every day.
  public var order: [Int] { build.split(separator: "/").map { Int($0) ?? 0 } }

  /// Whether it was built before another of the same name.
  public func isOlder(than other: ImageHalf) -> Bool { order.lexicographicallyPrecedes(other.order) }

  /// `hwpack lt-panda 20110208/0`, for people.
  public var words: String { "\(kind.rawValue) \(name) \(build)" }
}

/// A root file system and a hardware pack that are tested together.
public struct ImagePair: Hashable, Sendable {
  /// The root file system.
  public var image: ImageHalf
  /// The hardware pack.
  public var pack: ImageHalf

  /// A pair.
  public init(image: ImageHalf, pack: ImageHalf) {
    self.image = image
    self.pack = pack
  }

  /// The message that stands for it; Offspring's adapter reads it.
  public var message: [UInt8] {
    JSONValue.object(["rootfs": .string(image.url), "hwpack": .string(pack.url)]).serialized
  }
}
