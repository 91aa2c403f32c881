import Foundation

/// Standard output as people see it: its width, and whether it takes colour.
enum Terminal {
  static let isTerminal = isatty(STDOUT_FILENO) == 1

  /// Columns of the terminal; nil when the output is no terminal, and then nothing is cut.
  static var width: Int? {
    guard isTerminal else { return nil }
    var size = winsize()
    if ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
    return 80
  }

  /// Colour on a terminal only, and not where NO_COLOR asks for none (no-color.org).
  static func coloured(_ text: String, _ colour: Colour) -> String {
    guard isTerminal, ProcessInfo.processInfo.environment["NO_COLOR"]?.isEmpty ?? true else { return text }
    return "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m"
  }

  enum Colour: Int {
    case red = 31
    case green = 32
    case yellow = 33
  }

  /// One line on standard error.
  static func complain(_ line: String) {
    FileHandle.standardError.write(Data("boardcast: \(line)\n".utf8))
  }
}
