internal import CLibPQ

/// Takes the rows of one ``PostgresSession/copyIn(table:schema:columns:_:)`` and sends them in slabs of about 64 kB.
public struct CopyWriter: ~Copyable {
  private let link: ServerLink
  private let operation: Operation
  private let columns: [String]
  private var buffer: [UInt8]

  /// The number of rows written so far.
  public private(set) var rowCount = 0

  /// Larger slabs bring nothing (libpq's own buffer and the socket's are of this size), smaller ones cost calls.
  private static let slab = 64 * 1024

  init(link: ServerLink, operation: Operation, columns: [String]) {
    self.link = link
    self.operation = operation
    self.columns = columns
    buffer = []
    buffer.reserveCapacity(2 * Self.slab)
    // The header of the binary format (manual, COPY, "Binary Format"): signature, flags, length of the extension.
    buffer += [0x50, 0x47, 0x43, 0x4F, 0x50, 0x59, 0x0A, 0xFF, 0x0D, 0x0A, 0x00]
    buffer.append(bigEndian: Int32(0))
    buffer.append(bigEndian: Int32(0))
  }

  /// Writes one row, column by column, in the order that `copyIn` was given.
  ///
  /// If `body` throws, nothing of the row is written, and the caller may go on with the next one.
  ///
  /// - Throws: what `body` throws; ``PostgresError`` with code `.copyFailed` if the number of columns is wrong or a value
  ///   cannot be sent (with `column`), `.connectionLost`, `.cancelled`.
  public mutating func row(_ body: (inout CopyRow) throws -> Void) throws {
    let start = buffer.count
    buffer.append(bigEndian: Int16(truncatingIfNeeded: columns.count))
    var row = CopyRow(buffer: buffer)
    buffer = []  // leaves the row as the only owner, so that appending does not copy
    do {
      try body(&row)
      buffer = row.buffer
      row.buffer = []
      try check(row)
    } catch {
      if buffer.isEmpty { buffer = row.buffer }
      buffer.removeSubrange(start...)
      throw error
    }
    rowCount += 1
    if buffer.count >= Self.slab { try flush() }
  }

  /// Writes one row.
  ///
  /// - Throws: as ``row(_:)-(_)``.
  public mutating func row(_ values: [PostgresValue]) throws {
    try row { row in
      for value in values { row.append(value) }
    }
  }

  private func check(_ row: borrowing CopyRow) throws(PostgresError) {
    if let (position, fault) = row.fault {
      let column = position < columns.count ? columns[position] : "#\(position + 1)"
      throw PostgresError(
        .copyFailed, "row \(rowCount + 1): the value for column \(column) \(fault.reason)", column: column)
    }
    if row.count != columns.count {
      throw PostgresError(.copyFailed, "row \(rowCount + 1) has \(row.count) values for \(columns.count) columns")
    }
  }

  private mutating func flush() throws(PostgresError) {
    if operation.isCancelled { throw Operation.cancelled }
    let sent = buffer.withUnsafeBytes { bytes in
      PQputCopyData(link.connection, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count))
    }
    buffer.removeAll(keepingCapacity: true)
    if sent != 1 { throw link.failure(nil, PGRES_FATAL_ERROR, .now) }
  }

  /// Sends the rest and the trailer.
  mutating func finish() throws(PostgresError) {
    buffer.append(bigEndian: Int16(-1))
    try flush()
  }
}
