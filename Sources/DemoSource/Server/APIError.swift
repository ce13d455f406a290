internal import Catalog
internal import HTTPTypes
internal import Hummingbird

/// An answer that is not a page, as JSON: `{"error": {"code": "…", "message": "…"}}`.
struct APIError: HTTPResponseError {
    let status: HTTPResponse.Status
    let code: String
    let message: String
    var headers: HTTPFields = [:]

    func response(from request: Request, context: some RequestContext) -> Response {
        var body = JSONWriter()
        body.append("{\"error\":{\"code\":")
        body.append(string: code)
        body.append(",\"message\":")
        body.append(string: message)
        body.append("}}\n")
        return Response(status: status, json: body.bytes, headers: headers)
    }

    static func badRequest(_ message: String) -> APIError {
        APIError(status: .badRequest, code: "bad_request", message: message)
    }

    static func expiredCursor(of revision: Int, now current: Int) -> APIError {
        APIError(
            status: .gone,
            code: "cursor_expired",
            message:
                "the cursor belongs to revision \(revision), the source is at \(current): start over without a cursor"
        )
    }

    static func unknown(_ kind: String, _ name: String) -> APIError {
        APIError(status: .notFound, code: "not_found", message: "there is no \(kind) \(name)")
    }

    static var unauthorized: APIError {
        APIError(
            status: .unauthorized,
            code: "unauthorized",
            message: "send the header Authorization: Bearer TOKEN",
            headers: [.wwwAuthenticate: "Bearer"]
        )
    }

    static func tooManyRequests(retryAfter seconds: Int) -> APIError {
        APIError(
            status: .tooManyRequests,
            code: "rate_limited",
            message: "too many requests: come back in \(seconds) s",
            headers: [.retryAfter: String(seconds)]
        )
    }
}

extension Response {
    /// An answer whose body is JSON.
    init(status: HTTPResponse.Status = .ok, json: [UInt8], headers: HTTPFields = [:]) {
        var headers = headers
        headers[.contentType] = "application/json"
        self.init(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: json)))
    }
}
