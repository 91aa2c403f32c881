import Foundation

/// How far long work has come: one line that is written over on a terminal, plain lines now and then otherwise. On
/// standard error, so that it never mixes with what a command prints.
struct ProgressLine {
  private static let isTerminal = isatty(STDERR_FILENO) == 1
  /// To the line's beginning, and nothing left of it.
  private static let erase = "\r\u{1B}[K"

  /// Shows a state; where there is no terminal, only those worth a line of their own.
  func show(_ state: String, deservesLine: Bool = false) {
    if Self.isTerminal {
      write(Self.erase + state)
    } else if deservesLine {
      write(state + "\n")
    }
  }

  /// A line that stays.
  func say(_ line: String) { write((Self.isTerminal ? Self.erase : "") + line + "\n") }

  /// Takes the last state away.
  func end() {
    if Self.isTerminal { write(Self.erase) }
  }

  private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
