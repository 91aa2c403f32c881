import Foundation

/// How far long work is: on a terminal one line that is written over, else nothing, for every board's own line tells it.
struct Progress {
  private static let isTerminal = isatty(STDERR_FILENO) == 1

  /// Shows a step of so many.
  func show(_ index: Int, of count: Int, _ words: String) {
    guard Self.isTerminal else { return }
    write("\r\u{1B}[K\(index + 1)/\(count) \(words)")
  }

  /// Takes the line away.
  func clear() {
    guard Self.isTerminal else { return }
    write("\r\u{1B}[K")
  }

  private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
