internal import Ingestion
internal import NIOHTTP1

/// Sends a request with the source's credentials and reads its answer, redirects followed.
struct HTTPExchange: Sendable {
    let credentials: Credentials
    /// This machine's time, in seconds since 1970.
    private let now: @Sendable () -> Int64
    private let transport: HTTPTransport

    private static let maximumRedirects = 5

    init(
        _ configuration: some RequestConfiguration,
        credentials: Credentials,
        now: @escaping @Sendable () -> Int64
    ) {
        (self.credentials, self.now) = (credentials, now)
        transport = HTTPTransport(
            timeout: configuration.requestTimeout,
            maxResponseBytes: configuration.maxResponseBytes,
            allowPrivateAddresses: configuration.allowPrivateAddresses
        )
    }

    /// Sends a request; whatever the status of the answer is, it is returned.
    func send(_ first: PreparedRequest) async throws -> HTTPAnswer {
        var request = first
        for _ in 0...Self.maximumRedirects {
            let answer = try await answer(to: request)
            guard let redirected = try redirect(request, by: answer) else { return answer }
            request = redirected
        }
        throw SourceError(.refused, "\(first.name): more than \(Self.maximumRedirects) redirects")
    }

    /// The request that a redirect asks for; nil if the answer is none.
    private func redirect(_ request: PreparedRequest, by answer: HTTPAnswer) throws(SourceError) -> PreparedRequest? {
        guard [301, 302, 303, 307, 308].contains(answer.status.code) else { return nil }
        guard let location = answer.headers.first(name: "location") else { return nil }
        var request = request
        guard let target = request.url.resolving(location) else {
            throw SourceError(.refused, "\(request.name): redirects to what is no http or https URL")
        }
        try credentials.check(target, "\(request.name): a redirect")
        request.url = target
        // RFC 9110, 15.4: only 307 and 308 keep method and body.
        let isGet = request.method == "GET" || request.method == "HEAD"
        if answer.status.code < 307, !isGet {
            request.method = "GET"
            request.body = nil
            request.headers.removeAll { $0.name == "Content-Type" }
        }
        return request
    }

    private func answer(to request: PreparedRequest) async throws -> HTTPAnswer {
        // A stored cursor may be of anyone's making.
        try credentials.check(request.url, "\(request.method): the cursor")
        guard let rehearsal = Rehearsal.current else { return try await receive(request) }
        return try await rehearsal.answer(to: request, with: credentials) { try await receive(request) }
    }

    /// Sends it with the credentials. A fetched token that the source refuses gives way to another, once.
    private func receive(_ request: PreparedRequest) async throws -> HTTPAnswer {
        guard let tokens = credentials.tokens else { return try await send(request, token: nil) }
        let token = try await tokens.token()
        let answer = try await send(request, token: token)
        guard answer.status == .unauthorized else { return answer }
        tokens.drop(token)
        return try await send(request, token: try await tokens.token())
    }

    private func send(_ request: PreparedRequest, token: String?) async throws -> HTTPAnswer {
        let calls = CallBudget.current
        try await calls?.spend()
        let (url, headers) = credentials.addressed(request, token: token)
        let answer = try await transport.send(request, to: url, headers: headers)
        let limit = RateLimit(answer.headers, now: now())
        if answer.asksForFewer(limit) || limit.isExhausted && limit.retryAfter ?? .zero > .zero {
            try await calls?.postpone(for: limit.retryAfter)
        }
        return answer
    }
}
