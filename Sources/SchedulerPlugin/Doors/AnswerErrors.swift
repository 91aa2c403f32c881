import BuildEvents
import Hummingbird
import Logging
import PostgresClient

/// Turns what a route throws into an answer with one clear line; what is inside stays in the log.
struct AnswerErrors<Context: RequestContext>: RouterMiddleware {
  let logger: Logger

  func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch let refusal as EventRefusal {
      return Answer.refusal(refusal)
    } catch let often as TooOften {
      return Answer.refusal(
        .tooManyRequests, code: "too_often",
        "more than the lab lets \(often.who) send: \(often.rate.count) in \(Int(often.rate.period / .seconds(1))) s",
        mend: "send it again in \(often.seconds) s", headers: [.retryAfter: "\(often.seconds)"])
    } catch let stranger as Stranger {
      return Self.answer(stranger)
    } catch let error as PostgresError {
      logger.error("a request failed at the database", metadata: ["error": "\(error)", "path": "\(request.uri.path)"])
      if let error = NotEnabled(error) {
        return Answer.refusal(.serviceUnavailable, code: "not_enabled", error.description)
      }
      return Answer.refusal(
        .serviceUnavailable, code: "database", "the database cannot be reached or refused the work; nothing was kept",
        mend: "send it again later", headers: [.retryAfter: "5"])
    } catch let error as HTTPError {
      return Answer.refusal(error.status, code: "http", error.body ?? error.status.reasonPhrase)
    } catch {
      logger.error("a request failed", metadata: ["error": "\(error)", "path": "\(request.uri.path)"])
      return Answer.refusal(.internalServerError, code: "internal", "something went wrong here; the log says what")
    }
  }

  private static func answer(_ stranger: Stranger) -> Response {
    let challenge: HTTPFields = [.wwwAuthenticate: "Token"]
    return switch stranger {
    case .noCredentials:
      Answer.refusal(
        .unauthorized, code: "no_credentials", "no LAVA API token was shown",
        mend: "send the header 'Authorization: Token SECRET'", headers: challenge)
    case .unknownToken:
      Answer.refusal(.unauthorized, code: "invalid_token", "LAVA knows no such API token", headers: challenge)
    case .inactive:
      Answer.refusal(.forbidden, code: "inactive", "the token's LAVA user is not active")
    }
  }
}
