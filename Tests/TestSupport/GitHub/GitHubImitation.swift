internal import Catalog
internal import Foundation
internal import Synchronization

/// A GitHub Enterprise Server as its documentation describes it, as far as the presets ask it: GraphQL, the repositories of an
/// installation, tokens for Apps, limits, and what a gateway answers.
///
/// It has its own clock, and knows of every request whether it came before the time that it had asked for.
package final class GitHubImitation: Sendable {
    /// One request, and what became of it.
    package struct Request: Sendable {
        package var at: Double
        package var path: String
        package var status: Int
        /// Whether it came before the time that an earlier answer had asked for.
        package var isEarly: Bool
        /// Whether nothing was left of the limit after it.
        package var isLast: Bool
    }

    private struct State {
        var organization: GitHubOrganization
        /// By whose token it is.
        var meters: [String: GitHubMeter] = [:]
        var requests: [Request] = []
        /// Tokens of installations, and when they expire.
        var tokens: [String: Double] = [:]
        var forbidden: Set<Int> = []
    }

    /// A personal access token that is always valid. So are others that begin like it; each has limits of its own.
    package static let token = "ghp_imitation0123456789"

    private let state: Mutex<State>
    private let limits: GitHubLimits
    private let app: GitHubApp?
    /// Seconds since 1970.
    private let clock: @Sendable () -> Double

    package init(
        _ organization: GitHubOrganization,
        limits: GitHubLimits = GitHubLimits(),
        app: GitHubApp? = nil,
        clock: @escaping @Sendable () -> Double = { Date().timeIntervalSince1970 }
    ) {
        state = Mutex(State(organization: organization))
        (self.limits, self.app, self.clock) = (limits, app, clock)
    }

    /// Runs `body` with the imitation on a free port; what it is given is the URL that people would open.
    package func run<Result>(_ body: (_ url: String) async throws -> Result) async throws -> Result {
        try await HTTPTestServer.with(answering: { await self.respond(to: $0) }) { server in try await body(server.url)
        }
    }

    /// What there is from now on.
    package func change(_ body: @Sendable (inout GitHubOrganization) -> Void) {
        state.withLock { body(&$0.organization) }
    }

    /// Makes every token of an installation invalid.
    package func revokeTokens() {
        state.withLock { $0.tokens = [:] }
    }

    /// Numbers of what these credentials may not see.
    package func forbid(_ numbers: Set<Int>) {
        state.withLock { $0.forbidden = numbers }
    }

    /// What the examples of `deploy/examples` are told, to read the imitation at this URL.
    package func environment(at url: String) -> [String: String] {
        [
            "GITHUB_URL": url, "GRAPHQL_URL": url + "/api/graphql", "GITHUB_TOKEN": Self.token,
            "GITHUB_ORGANIZATION": organization.login,
        ]
    }

    package var organization: GitHubOrganization { state.withLock { $0.organization } }

    package var requests: [Request] { state.withLock { $0.requests } }

    /// How many requests came before the time that was asked for.
    package var earlyRequests: Int { requests.count { $0.isEarly } }

    package func respond(to request: HTTPTestServer.Request) async -> HTTPTestServer.Response {
        let now = clock()
        var request = request
        for prefix in ["/api/v3", "/api"] where request.uri.hasPrefix(prefix + "/") {
            request.uri.removeFirst(prefix.count)
            break
        }
        let host = request.header("host") ?? "github.invalid"
        var response = await answer(to: request, at: "http://\(host)", now)
        response.headers.append(("Date", Self.date(now)))
        return response
    }

    private func answer(to request: HTTPTestServer.Request, at url: String, _ now: Double) async
        -> HTTPTestServer.Response
    {
        let token = request.header("authorization").map { String($0.drop { $0 != " " }.dropFirst()) } ?? ""
        if let app, request.path.hasSuffix("/installation") || request.path.hasPrefix("/app/") {
            let refusal = await app.refusal(of: token, at: now)
            return answer(to: request, app, refusal, now)
        }
        let resource = request.path == "/graphql" ? "graphql" : "core"
        return state.withLock { state in
            // All tokens of an installation have its limits.
            let actor = state.tokens[token] == nil ? token : "installation"
            var meter = state.meters[actor] ?? GitHubMeter(limits)
            defer { state.meters[actor] = meter }
            let blocked = meter.blocked(resource)
            let isEarly = blocked.contains(now) && now >= blocked.lowerBound + limits.grace
            var response = refusal(of: token, resource, now, state.tokens, &meter)
            if response == nil { response = content(for: request, at: url, resource, now, state, &meter) }
            let answer = response ?? .json(#"{"message":"Not Found"}"#, status: 404)
            let isLast = meter.resources[resource]?.remaining == 0
            state.requests.append(
                Request(at: now, path: request.path, status: answer.status, isEarly: isEarly, isLast: isLast)
            )
            return answer
        }
    }

    /// What is answered in place of what was asked for.
    private func refusal(
        of token: String,
        _ resource: String,
        _ now: Double,
        _ tokens: [String: Double],
        _ meter: inout GitHubMeter
    ) -> HTTPTestServer.Response? {
        guard token.hasPrefix(Self.token) || tokens[token].map({ now < $0 }) == true else {
            return .json(#"{"message":"Bad credentials"}"#, status: 401)
        }
        if meter.resources[resource]?.blocked.contains(now) == true {
            return primaryLimit(resource, meter.headers(resource), &meter)
        }
        let blocked = meter.blocked(resource)
        if blocked.contains(now) { return secondaryLimit(until: blocked.upperBound, now, resource, &meter) }
        if meter.happens(limits.badGatewayShare) {
            return HTTPTestServer.Response(
                status: 502,
                headers: [("Content-Type", "text/html")],
                body: Array("<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>".utf8)
            )
        }
        if meter.happens(limits.secondaryShare) {
            let end = now + Double(meter.number(limits.retryAfter))
            return secondaryLimit(until: end, now, resource, &meter)
        }
        return nil
    }

    private func secondaryLimit(
        until end: Double,
        _ now: Double,
        _ resource: String,
        _ meter: inout GitHubMeter
    ) -> HTTPTestServer.Response {
        meter.blockAll(now..<end)
        let message = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
        let headers = [("Retry-After", "\(Int((end - now).rounded(.up)))")] + meter.headers(resource)
        // GraphQL may say it with status 200.
        if resource == "graphql", meter.happens(0.3) {
            return .json(#"{"errors":[{"type":"RATE_LIMITED","message":"\#(message)"}]}"#, headers: headers)
        }
        return .json(#"{"message":"\#(message)"}"#, status: meter.happens(0.5) ? 403 : 429, headers: headers)
    }

    private func content(
        for request: HTTPTestServer.Request,
        at url: String,
        _ resource: String,
        _ now: Double,
        _ state: State,
        _ meter: inout GitHubMeter
    ) -> HTTPTestServer.Response? {
        meter.refresh(resource, at: now)
        var response: HTTPTestServer.Response
        let cost: Int
        switch (request.method, request.path) {
        case ("POST", "/graphql"):
            guard let query = try? JSON(parsing: request.body), let text = query["query"]?.string else {
                return .json(#"{"message":"Problems parsing JSON"}"#, status: 400)
            }
            let points = meter.resources[resource]
            var execution = GitHubExecution(
                state.organization,
                url: url,
                variables: query["variables"]?.object ?? [:],
                rateLimit: [
                    "limit": .integer(Int64(limits.points)), "remaining": .integer(Int64(points?.remaining ?? 0)),
                    "resetAt": .string(Date(timeIntervalSince1970: points?.reset ?? now).formatted(.iso8601)),
                ],
                forbidden: state.forbidden
            )
            let result = execution.run(text)
            response = .json(result.body.description)
            cost = result.cost
        case ("GET", "/installation/repositories"):
            response = GitHubRepositoryList.response(
                state.organization,
                to: request,
                at: url,
                forbidden: state.forbidden
            )
            let tag = "\"\(response.body.reduce(into: UInt64(5381)) { $0 = $0 &* 33 &+ UInt64($1) })\""
            response.headers.append(("ETag", tag))
            if request.header("if-none-match") == tag {
                return HTTPTestServer.Response(status: 304, headers: [("ETag", tag)])
            }
            cost = 1
        default: return nil
        }
        let isAllowed = meter.use(cost, of: resource, at: now)
        let headers = meter.headers(resource)
        guard isAllowed else { return primaryLimit(resource, headers, &meter) }
        response.headers += headers.map { (name: $0.0, value: $0.1) }
        return response
    }

    private func primaryLimit(
        _ resource: String,
        _ headers: [(String, String)],
        _ meter: inout GitHubMeter
    ) -> HTTPTestServer.Response {
        let message = "API rate limit exceeded for installation ID 1."
        guard resource == "graphql" else {
            return .json(#"{"message":"\#(message)"}"#, status: meter.happens(0.5) ? 403 : 429, headers: headers)
        }
        return .json(#"{"errors":[{"type":"RATE_LIMITED","message":"\#(message)"}]}"#, headers: headers)
    }

    // MARK: Apps

    private func answer(
        to request: HTTPTestServer.Request,
        _ app: GitHubApp,
        _ refusal: String?,
        _ now: Double
    ) -> HTTPTestServer.Response {
        if let refusal { return .json(#"{"message":"\#(refusal)"}"#, status: 401) }
        return state.withLock { state in
            let login = state.organization.login
            let installation = #"{"id":\#(app.installation),"account":{"login":"\#(login)","type":"Organization"}}"#
            switch (request.method, request.path) {
            case ("GET", "/orgs/\(login)/installation"): return .json(installation)
            case ("GET", "/app/installations"): return .json("[\(installation)]")
            case ("POST", "/app/installations/\(app.installation)/access_tokens"):
                let token = "ghs_imitation\(state.tokens.count)_\(app.installation)"
                state.tokens[token] = now + app.lifetime
                let expires = Date(timeIntervalSince1970: now + app.lifetime).formatted(.iso8601)
                return .json(#"{"token":"\#(token)","expires_at":"\#(expires)"}"#, status: 201)
            default: return .json(#"{"message":"Not Found"}"#, status: 404)
            }
        }
    }

    private static func date(_ now: Double) -> String {
        let format = Date.VerbatimFormatStyle(
            format:
                "\(weekday: .abbreviated), \(day: .twoDigits) \(month: .abbreviated) \(year: .defaultDigits) \(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\(minute: .twoDigits):\(second: .twoDigits) GMT",
            locale: Locale(identifier: "en_US_POSIX"),
            timeZone: .gmt,
            calendar: Calendar(identifier: .gregorian)
        )
        return Date(timeIntervalSince1970: now.rounded(.down)).formatted(format)
    }
}
