internal import Catalog
internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import Ingestion
internal import Logging
internal import NIOCore
internal import Redis

/// What every request passes before its endpoint: is it asked under a name of this server, not too often, by who may, in the
/// right shape, and within its time. Changes are logged with who made them.
struct Gate: Sendable {
    let access: Access
    /// How long an endpoint may take.
    let timeLimit: Duration
    private let requests: RateLimiter
    private let failures: RateLimiter
    private let refusals = RefusalLog()
    private let logger: Logger

    init(_ access: Access, requestsPerSecond: Int, timeLimit: Duration, logger: Logger) {
        self.access = access
        self.timeLimit = timeLimit
        requests = RateLimiter(perSecond: Double(requestsPerSecond), burst: 2 * requestsPerSecond)
        failures = RateLimiter(perSecond: Double(requestsPerSecond) / 600, burst: max(1, requestsPerSecond / 10))
        self.logger = logger
    }

    func respond(to request: Request, _ context: ServerContext, at endpoint: Endpoint) async throws -> Response {
        var (caller, granted): (String, Scope?) = ("anyone", nil)
        if let scope = endpoint.scope {
            if let wait = requests.take(for: context.client) { throw RefusedRequest.tooMany(retryAfter: wait) }
            (caller, granted) = try authorized(request, context, scope, endpoint)
        }
        let path = Dictionary(
            uniqueKeysWithValues: endpoint.pathParameters.map { ($0, context.parameters.get($0) ?? "") }
        )
        let isRaw = endpoint.guarding == .signature
        let admitted = APIRequest(
            head: request.head,
            raw: request,
            path: path,
            query: isRaw ? [:] : try Self.query(of: request, endpoint),
            body: isRaw ? [:] : try await Self.body(of: request, endpoint),
            caller: caller,
            scope: granted,
            disconnect: context.disconnect,
            logger: logger
        )
        guard endpoint.scope == .manage else { return try await answer(admitted, endpoint) }
        do {
            let response = try await answer(admitted, endpoint)
            audit(admitted, context, endpoint, response.status.kind == .successful ? "done" : "refused")
            return response
        } catch let refused as RefusedRequest {
            audit(admitted, context, endpoint, refused.code)
            throw refused
        } catch {
            audit(admitted, context, endpoint, "failed")
            throw error
        }
    }

    // MARK: - Who

    /// The name of who asks, and what they may do.
    private func authorized(
        _ request: Request,
        _ context: ServerContext,
        _ scope: Scope,
        _ endpoint: Endpoint
    ) throws -> (name: String, scope: Scope) {
        guard access.isKnown(as: request.head.authority) else {
            throw RefusedRequest.forbidden("this server is not asked under that name: http.names lists its names")
        }
        if access.isOpen {
            if scope == .manage { try refuseForeignPages(request) }
            return ("loopback", .manage)
        }
        guard let token = access.token(in: request.headers[.authorization]) else {
            if let count = refusals.next(for: "") {
                logger.warning(
                    "requests without a token that is known",
                    metadata: ["audit.client": "\(context.client)", "audit.refused": "\(count)"]
                )
            }
            // A right token still counts from here: a guess is one of 2^256, and who shares an address is not locked out.
            if request.headers[.authorization] != nil, let wait = failures.take(for: context.client) {
                throw RefusedRequest.tooMany(retryAfter: wait)
            }
            throw RefusedRequest.unauthenticated
        }
        guard token.scope.includes(scope) else {
            logger.warning(
                "a change was refused: the token's scope does not include it",
                metadata: ["audit.caller": "\(token.name)", "audit.action": "\(endpoint.name)"]
            )
            throw RefusedRequest.insufficientScope(scope)
        }
        return (token.name, token.scope)
    }

    /// What a browser does for a page of another site: it says whose page it is, and sends no such header without having asked.
    private func refuseForeignPages(_ request: Request) throws {
        if let origin = request.headers[.origin] {
            guard let host = origin.firstRange(of: "://").map({ origin[$0.upperBound...] }),
                host == request.head.authority ?? ""
            else { throw RefusedRequest.forbidden("a page of another site may not change anything") }
        }
        let isJSON = Self.mediaType(of: request) == "application/json"
        guard isJSON || request.headers[.requestedWith] != nil else {
            throw RefusedRequest.forbidden(
                "without a token, a change needs Content-Type: application/json or X-Requested-With"
            )
        }
    }

    // MARK: - What

    private static func query(of request: Request, _ endpoint: Endpoint) throws -> [String: String] {
        var values: [String: String] = [:]
        for pair in (request.uri.query ?? "").split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = String(parts[0]).removingPercentEncoding,
                let value = parts.count == 2 ? String(parts[1]).removingPercentEncoding : ""
            else { throw RefusedRequest.badRequest("the query cannot be read") }
            guard let parameter = endpoint.parameters.first(where: { $0.name == name }) else {
                let known = endpoint.parameters.map(\.name).joined(separator: ", ")
                throw RefusedRequest.badRequest(
                    "unknown parameter in the query; known here: \(known.isEmpty ? "none" : known)"
                )
            }
            guard values.updateValue(value, forKey: name) == nil else {
                throw RefusedRequest.badRequest("`\(name)` comes twice")
            }
            guard parameter.accepts(value) else {
                throw RefusedRequest.badRequest("`\(name)` is not what it must be: \(parameter.description)")
            }
        }
        return values
    }

    private static func body(of request: Request, _ endpoint: Endpoint) async throws -> [String: JSON] {
        var request = request
        let bytes: [UInt8]
        do {
            bytes = Array(buffer: try await request.collectBody(upTo: mostBytes))
        } catch is NIOTooManyBytesError {
            throw RefusedRequest.contentTooLarge(most: mostBytes)
        }
        guard !bytes.isEmpty else {
            if endpoint.body?.isRequired == true {
                throw RefusedRequest.badRequest(endpoint.body?.problem(of: [:]) ?? "a body is missing")
            }
            return [:]
        }
        guard mediaType(of: request) == "application/json",
            request.headers[.contentEncoding] ?? "identity" == "identity"
        else { throw RefusedRequest.unsupportedMediaType }
        let body: JSON
        do throws(JSONError) { body = try JSON(parsing: bytes) } catch {
            throw RefusedRequest.badRequest("the body is not JSON: \(error)")
        }
        if let problem = (endpoint.body ?? RequestBodyShape(members: [])).problem(of: body) {
            throw RefusedRequest.badRequest(problem)
        }
        return body.object ?? [:]
    }

    static func mediaType(of request: Request) -> String? {
        request.headers[.contentType]?.prefix { $0 != ";" }.lowercased().filter { !$0.isWhitespace }
    }

    // MARK: - Answer

    private func answer(_ request: APIRequest, _ endpoint: Endpoint) async throws -> Response {
        do {
            return try await withinTimeLimit { try await endpoint.respond(request) }
        } catch let error as OperationError {
            throw RefusedRequest(error)
        } catch let error as RedisError {
            logger.warning("a request could not be answered", metadata: [LogKey.error: "\(error)"])
            throw RefusedRequest.unavailable("Redis cannot be reached, or refuses: see the log", retryAfter: 5)
        }
    }

    private func withinTimeLimit(_ body: @escaping @Sendable () async throws -> Response) async throws -> Response {
        try await withThrowingTaskGroup(of: Response.self) { group in
            group.addTask { try await body() }
            group.addTask { [timeLimit] in
                try await Task.sleep(for: timeLimit)
                throw RefusedRequest.unavailable("it takes longer; send it again to go on", retryAfter: 1)
            }
            defer { group.cancelAll() }
            guard let response = try await group.next() else { throw CancellationError() }
            return response
        }
    }

    private func audit(_ request: APIRequest, _ context: ServerContext, _ endpoint: Endpoint, _ outcome: String) {
        var metadata: Logger.Metadata = [
            "audit.caller": "\(request.caller)", "audit.action": "\(endpoint.name)", "audit.outcome": "\(outcome)",
            "audit.client": "\(context.client)",
        ]
        if let provider = request.path["provider"] { metadata[LogKey.provider] = "\(provider.prefix(63))" }
        logger.notice("change asked for over HTTP", metadata: metadata)
    }

    /// The largest body that a change can have: 64 KiB.
    private static let mostBytes = 64 << 10
}

extension HTTPField.Name {
    static let requestedWith = HTTPField.Name("X-Requested-With")!
}
