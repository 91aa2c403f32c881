/// The secret of one job, which its dispatcher shows to LAVA: 32 characters of [a-zA-Z0-9], as
/// `django.utils.crypto.get_random_string(32)` makes it. An empty one would match an empty header.
enum JobToken {
  private static let alphabet = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")

  static func make(using random: inout some RandomNumberGenerator) -> String {
    String((0..<32).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &random)] })
  }
}
