/// A secret as LAVA makes them for jobs and workers: 32 characters of [a-zA-Z0-9], as
/// `django.utils.crypto.get_random_string(32)` makes it (models.py:auth_token). An empty one would match an empty header.
public enum LAVASecret {
  private static let alphabet = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")

  /// A new secret.
  public static func make(using random: inout some RandomNumberGenerator) -> String {
    String((0..<32).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &random)] })
  }
}
