import AsyncHTTPClient

extension HTTPClient.Configuration {
  /// For a command whose caller waits: where nobody listens, that is said at once and not after thirty seconds.
  static var oneAttempt: Self {
    var configuration = Self()
    configuration.connectionPool.retryConnectionEstablishment = false
    return configuration
  }
}
