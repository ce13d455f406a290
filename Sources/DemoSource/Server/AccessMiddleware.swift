internal import Hummingbird

/// What stands before every request for records: a token, a rate limit, a delay, each only if it is configured.
struct AccessMiddleware<Context: RequestContext>: RouterMiddleware {
    let bearerToken: String?
    let limiter: RequestLimiter?
    let delay: Duration

    init(_ configuration: DemoServer.Configuration) {
        bearerToken = configuration.bearerToken
        delay = configuration.delay
        limiter = configuration.requestsPerSecond.map { limit in
            let start = ContinuousClock.now
            return RequestLimiter(requestsPerSecond: limit) { ContinuousClock.now - start }
        }
    }

    @concurrent
    func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        if let bearerToken, request.headers[.authorization] != "Bearer \(bearerToken)" { throw APIError.unauthorized }
        if let seconds = limiter?.retryAfter() { throw APIError.tooManyRequests(retryAfter: seconds) }
        if delay > .zero { try await Task.sleep(for: delay) }
        return try await next(request, context)
    }
}
