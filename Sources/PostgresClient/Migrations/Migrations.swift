internal import Crypto
internal import Glibc

/// The numbered SQL files that make the tables of schema `boardcast`.
///
/// Files are named `NNNN_name.sql`: four digits counting from 0001 without gaps, then lower-case letters, digits and `_`.
/// Each runs once, in a transaction of its own together with its row in `boardcast.migration`, so it must not hold BEGIN
/// or COMMIT. A file that was applied must never change.
public struct Migrations: Sendable {
  /// One file.
  public struct File: Sendable, Hashable {
    /// The number in its name.
    public let version: Int
    /// The name of the file, `NNNN_name.sql`.
    public let name: String
    /// SHA-256 of its bytes, 64 hexadecimal digits.
    public let checksum: String
    /// Its text.
    public let sql: SQL
  }

  /// The files, by number.
  public let files: [File]

  /// Reads all files of a folder that end in `.sql`; others are left alone.
  ///
  /// - Throws: ``PostgresError`` with code `.migration` if the folder or a file cannot be read, is no UTF-8, has another
  ///   kind of name, or if a number is missing or given twice.
  public init(directory: String) throws(PostgresError) {
    var files: [File] = []
    for name in try Self.fileNames(in: directory).sorted() where name.hasSuffix(".sql") {
      guard let version = Self.version(of: name) else {
        throw PostgresError(
          .migration, "migration \(name) in \(directory) is not named NNNN_name.sql (0001_events.sql)")
      }
      let expected = files.count + 1
      if version < expected {
        throw PostgresError(
          .migration, "two migrations have number \(version): \(files.last?.name ?? "") and \(name); renumber the newer"
        )
      }
      if version > expected {
        throw PostgresError(
          .migration, "migration \(expected) is missing in \(directory): the next file is \(name)")
      }
      let bytes = try Self.content(of: directory + "/" + name)
      guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
        throw PostgresError(.migration, "migration \(name) is not UTF-8 text")
      }
      files.append(File(version: version, name: name, checksum: Self.checksum(bytes), sql: SQL(unchecked: text)))
    }
    self.files = files
  }

  /// The number of `NNNN_name.sql`, nil for another kind of name.
  private static func version(of name: String) -> Int? {
    let stem = name.dropLast(4)
    let digits = stem.prefix(4)
    let rest = stem.dropFirst(4)
    guard digits.count == 4, digits.utf8.allSatisfy({ (48...57).contains($0) }), rest.first == "_", rest.count > 1,
      rest.utf8.allSatisfy({ (97...122).contains($0) || (48...57).contains($0) || $0 == 95 }),
      let version = Int(digits), version > 0
    else { return nil }
    return version
  }

  private static func checksum(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef")
    return SHA256.hash(data: bytes).reduce(into: "") { text, byte in
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
  }

  private static func fileNames(in directory: String) throws(PostgresError) -> [String] {
    guard let folder = opendir(directory) else {
      throw PostgresError(.migration, "cannot read the folder of migrations \(directory): \(systemReason())")
    }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      names.append(name)
    }
    return names
  }

  private static func content(of path: String) throws(PostgresError) -> [UInt8] {
    guard let file = fopen(path, "re") else {
      throw PostgresError(.migration, "cannot read migration \(path): \(systemReason())")
    }
    defer { fclose(file) }
    var content: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 64 * 1024)
    while true {
      let count = fread(&piece, 1, piece.count, file)
      content += piece.prefix(count)
      if count < piece.count { break }
    }
    if ferror(file) != 0 { throw PostgresError(.migration, "cannot read migration \(path): \(systemReason())") }
    return content
  }

  private static func systemReason() -> String { String(cString: strerror(errno)) }
}
