internal import Catalog
internal import HTTPTypes
internal import Hummingbird

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

    static func methodNotAllowed(_ allowed: HTTPRequest.Method) -> RefusedRequest {
        RefusedRequest(
            status: .methodNotAllowed,
            code: "method-not-allowed",
            message: "send \(allowed.rawValue)",
            headers: [.allow: allowed.rawValue]
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

    static func unavailable(retryAfter seconds: Int) -> RefusedRequest {
        RefusedRequest(
            status: .serviceUnavailable,
            code: "unavailable",
            message: "it could not be stored, send it again",
            headers: [.retryAfter: String(seconds)]
        )
    }
}
