internal import Catalog
internal import HTTPTypes
internal import Hummingbird
internal import Ingestion

/// A request that is refused: `{"error": {"code": "…", "message": "…"}}`.
struct RefusedRequest: HTTPResponseError {
    let status: HTTPResponse.Status
    let code: String
    let message: String
    var headers: HTTPFields = [:]

    func response(from request: Request, context: some RequestContext) -> Response { response }

    var response: Response {
        Response(status, ["error": ["code": .string(code), "message": .string(message)]], headers: headers)
    }

    static var notFound: RefusedRequest {
        RefusedRequest(status: .notFound, code: "not-found", message: "there is nothing at this path")
    }

    static func methodNotAllowed(_ allowed: [HTTPRequest.Method]) -> RefusedRequest {
        let methods = Set(allowed.map(\.rawValue)).sorted()
        return RefusedRequest(
            status: .methodNotAllowed,
            code: "method-not-allowed",
            message: "send \(methods.joined(separator: " or "))",
            headers: [.allow: methods.joined(separator: ", ")]
        )
    }

    static var unauthenticated: RefusedRequest {
        RefusedRequest(
            status: .unauthorized,
            code: "unauthorized",
            message: "send Authorization: Bearer with a token that is configured",
            headers: [.wwwAuthenticate: "Bearer realm=\"tidemark\""]
        )
    }

    static func insufficientScope(_ scope: Scope) -> RefusedRequest {
        RefusedRequest(
            status: .forbidden,
            code: "forbidden",
            message: "this needs a token with the scope \(scope.rawValue)",
            headers: [
                .wwwAuthenticate: "Bearer realm=\"tidemark\", error=\"insufficient_scope\", scope=\"\(scope.rawValue)\""
            ]
        )
    }

    static func forbidden(_ message: String) -> RefusedRequest {
        RefusedRequest(status: .forbidden, code: "forbidden", message: message)
    }

    static func tooMany(retryAfter wait: Duration) -> RefusedRequest {
        let seconds = max(1, Int((wait / .seconds(1)).rounded(.up)))
        return RefusedRequest(
            status: .tooManyRequests,
            code: "too-many-requests",
            message: "too many requests from this address",
            headers: [.retryAfter: String(seconds)]
        )
    }

    static var unauthorized: RefusedRequest {
        RefusedRequest(
            status: .unauthorized,
            code: "unauthorized",
            message: "the signature or token is missing or wrong"
        )
    }

    static func badRequest(_ message: String) -> RefusedRequest {
        RefusedRequest(status: .badRequest, code: "bad-request", message: message)
    }

    static var unsupportedMediaType: RefusedRequest {
        RefusedRequest(
            status: .unsupportedMediaType,
            code: "unsupported-media-type",
            message: "send a body of JSON, with Content-Type: application/json and no Content-Encoding"
        )
    }

    static func contentTooLarge(most bytes: Int) -> RefusedRequest {
        RefusedRequest(
            status: .contentTooLarge,
            code: "content-too-large",
            message: "the body may have \(bytes) bytes",
            headers: [.connection: "close"]
        )
    }

    static func unprocessable(_ message: String) -> RefusedRequest {
        RefusedRequest(status: .unprocessableContent, code: "unprocessable", message: message)
    }

    static var conflict: RefusedRequest {
        RefusedRequest(status: .conflict, code: "conflict", message: "the provider takes no events now")
    }

    static func unavailable(_ message: String, retryAfter seconds: Int) -> RefusedRequest {
        RefusedRequest(
            status: .serviceUnavailable,
            code: "unavailable",
            message: message,
            headers: [.retryAfter: String(seconds)]
        )
    }
}

extension RefusedRequest {
    /// What an operation refuses.
    init(_ error: OperationError) {
        switch error.code {
        case .unknownProvider: self.init(status: .notFound, code: "unknown-provider", message: error.message)
        case .unknownJob: self.init(status: .notFound, code: "unknown-job", message: error.message)
        case .behind: self = .unavailable(error.message, retryAfter: 5)
        case .refused: self.init(status: .conflict, code: "conflict", message: error.message)
        }
    }
}
