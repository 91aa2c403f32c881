/// A device type's name as producers spell it, compared the way people mean it.
///
/// Spelling drifts between `iMX53`, `imx53` and `imx_53`-like forms, so case is ignored and `_`, `-` and `.` are one
/// character. Nothing is guessed by prefix: `panda` is not `panda-es`.
public struct DeviceTypeName: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The name as it was given.
  public let name: String
  private let key: String

  /// Keeps the name as given beside the form that is compared.
  public init(_ name: String) {
    self.name = name
    self.key = String(name.lowercased().map { $0 == "_" || $0 == "." ? "-" : $0 })
  }

  /// The name alone.
  public var description: String { name }

  /// Same name, whatever its spelling.
  public static func == (left: Self, right: Self) -> Bool { left.key == right.key }

  /// Hashes the compared form.
  public func hash(into hasher: inout Hasher) { hasher.combine(key) }

  /// Orders by name.
  public static func < (left: Self, right: Self) -> Bool { left.key < right.key }
}
