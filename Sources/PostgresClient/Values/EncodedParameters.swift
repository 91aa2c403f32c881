/// The parameters of one statement in the shape that `PQexecParams` wants, in one buffer.
struct EncodedParameters {
  private var bytes: [UInt8] = []
  private var offsets: [Int] = []
  private(set) var types: [UInt32] = []
  private(set) var lengths: [Int32] = []
  private(set) var formats: [Int32] = []

  /// The protocol counts parameters in 16 bits.
  static let most = 65_535

  init(_ values: [PostgresValue]) throws(PostgresError) {
    guard values.count <= Self.most else {
      throw PostgresError(.invalidParameter, "\(values.count) parameters, PostgreSQL takes at most \(Self.most)")
    }
    for (index, value) in values.enumerated() {
      let start = bytes.count
      do {
        try bytes.append(content: value)
      } catch {
        throw PostgresError(.invalidParameter, "parameter $\(index + 1) \(error.reason)")
      }
      guard let length = Int32(exactly: bytes.count - start), length < 1 << 30 else {
        throw PostgresError(.invalidParameter, "parameter $\(index + 1) \(WireFault.tooLarge.reason)")
      }
      if value == .null { offsets.append(-1) } else { offsets.append(start) }
      bytes.append(0)  // libpq reads text parameters up to a NUL and ignores their length
      types.append(value.typeOID)
      lengths.append(length)
      formats.append(value.wireFormat)
    }
  }

  var count: Int32 { Int32(offsets.count) }

  /// Calls `body` with pointers that are valid only during the call.
  func withPointers<Result>(_ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Result) -> Result {
    bytes.withUnsafeBytes { buffer in
      let base = buffer.baseAddress
      let pointers: [UnsafePointer<CChar>?] = offsets.map { offset in
        offset < 0 ? nil : base?.advanced(by: offset).assumingMemoryBound(to: CChar.self)
      }
      return pointers.withUnsafeBufferPointer { body($0.baseAddress) }
    }
  }
}
