public import BoardInventory
import Foundation

/// A LAVA API token; its text is never printed.
public struct LAVAToken: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
  let text: String

  /// Nil for a text that can be no token: empty, or with characters that no header takes.
  public init?(_ text: String) {
    let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
    guard !text.isEmpty, text.utf8.allSatisfy({ 0x21...0x7E ~= $0 }) else { return nil }
    self.text = text
  }

  /// The token alone in a file, so that `config.yaml` may be read by everybody.
  ///
  /// Throws `FileMistake` when the file cannot be read or holds no token.
  public init(file: String) throws(FileMistake) {
    guard let token = LAVAToken(try YAMLFile.text(at: file)) else {
      throw FileMistake(file: file, message: "the file holds no token", mend: "write a LAVA API token into it, alone")
    }
    self = token
  }

  /// Nothing of the token.
  public var description: String { "<token>" }

  /// Nothing of the token.
  public var customMirror: Mirror { Mirror(self, children: [:]) }
}
