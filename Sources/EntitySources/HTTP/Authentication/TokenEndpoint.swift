internal import Catalog
internal import Ingestion
internal import NIOHTTP1

/// Where tokens are asked for: a host of its own, which is sent what the configuration says and nothing else.
struct TokenEndpoint: Sendable {
    let transport: HTTPTransport
    let secrets: SourceSecrets
    /// This machine's time, in seconds since 1970.
    let now: @Sendable () -> Int64

    init(_ configuration: HTTPSource.Configuration, secrets: SourceSecrets, now: @escaping @Sendable () -> Int64) {
        transport = HTTPTransport(
            timeout: configuration.requestTimeout,
            maxResponseBytes: 1 << 20,
            allowPrivateAddresses: configuration.allowPrivateAddresses
        )
        self.secrets = secrets
        self.now = now
    }

    func send(_ request: PreparedRequest) async throws -> HTTPAnswer {
        let headers = request.headers + request.privateHeaders
        guard let rehearsal = Rehearsal.current else {
            return try await transport.send(request, to: request.url, headers: headers)
        }
        var description = RequestDescription(request, (request.url, headers), redacting: secrets.redacting)
        description.isForCredentials = true
        var sent: HTTPAnswer?
        _ = try await rehearsal.answer(to: description) {
            let answer = try await transport.send(request, to: request.url, headers: headers)
            sent = answer
            return RehearsedAnswer(answer, redacting: secrets.redacting)
        }
        guard let sent else { throw SourceError(.unauthorized, "a replay asks for no token") }
        return sent
    }

    /// The body of an answer, if it is JSON.
    func json(_ answer: HTTPAnswer) -> JSON? {
        do throws(JSONError) { return try JSON(parsing: answer.body) } catch { return nil }
    }

    /// What an answer without a token means.
    ///
    /// - Parameters:
    ///   - unauthorized: what is wrong where the credentials are refused.
    ///   - refused: what is wrong with the request.
    func error(_ answer: HTTPAnswer, unauthorized: String, refused: String) -> SourceError {
        let status = Int(answer.status.code)
        let limit = RateLimit(answer.headers, now: now())
        switch status {
        case _ where answer.asksForFewer(limit):
            return error(.rateLimited, answer, "it asks for fewer requests", retryAfter: limit.retryAfter)
        case 401, 403: return error(.unauthorized, answer, unauthorized)
        case 408, 425, 500...599: return error(.unavailable, answer, "it failed", retryAfter: limit.retryAfter)
        case 200..<300: return error(.invalidPage, answer, "the answer has no token")
        case 300..<400: return error(.refused, answer, "a redirect, which nothing secret follows")
        default: return error(.refused, answer, refused)
        }
    }

    func error(
        _ code: SourceError.Code,
        _ answer: HTTPAnswer,
        _ meaning: String,
        retryAfter: Duration? = nil
    ) -> SourceError {
        var message = "asking for a token, \(answer.requestName): "
        message += "\(answer.status.code) \(answer.status.reasonPhrase): \(meaning)"
        // A body with a token that was not understood is better not shown.
        if !answer.isSuccess, let excerpt = secrets.excerpt(answer.body) { message += "; it says: \(excerpt)" }
        return SourceError(code, message, retryAfter: retryAfter)
    }
}

extension Credentials {
    /// What gives out the tokens of a configuration that has none itself.
    static func makeIssuer(
        _ configuration: HTTPSource.Configuration,
        secrets: SourceSecrets,
        fetched: FetchedSecrets,
        now: @escaping @Sendable () -> Int64
    ) throws(SourceConfigurationError) -> (any TokenIssuer)? {
        // What is replayed is not sent: nobody needs the key of an App for it.
        if Rehearsal.current?.isReplay == true { return nil }
        let endpoint = TokenEndpoint(configuration, secrets: secrets, now: now)
        let userAgent = configuration.userAgent
        switch configuration.authentication {
        case .oauth2(let client): return try OAuth2Issuer(client, endpoint, userAgent: userAgent)
        case .gitHubApp(let app): return try GitHubAppIssuer(app, endpoint, userAgent: userAgent, fetched: fetched)
        case .bearer, .basic, .header, .query, nil: return nil
        }
    }
}
