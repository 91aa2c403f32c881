import Foundation

/// How far long work has come: one line that is written over on a terminal, plain lines now and then otherwise. On
/// standard error, so that it never mixes with what a command prints.
final class ProgressLine {
  private static let isTerminal = isatty(STDERR_FILENO) == 1
  private var isShown = false

  /// Shows a state; where there is no terminal, only round ones.
  func show(_ state: String, isRound: Bool) {
    if Self.isTerminal {
      write("\r\u{1B}[K\(state)")
      isShown = true
    } else if isRound {
      write(state + "\n")
    }
  }

  /// A line that stays.
  func say(_ line: String) {
    write((isShown ? "\r\u{1B}[K" : "") + line + "\n")
    isShown = false
  }

  /// Takes the last state away.
  func end() {
    if isShown { write("\r\u{1B}[K") }
    isShown = false
  }

  private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
