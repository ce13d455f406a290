internal import EntitySources

extension RehearsedAnswer {
    var isSuccess: Bool { status.map { (200..<400).contains($0) } ?? true }

    /// `200 OK`; nil for a source without a status.
    var statusText: String? {
        status.map { status in Self.reasons[status].map { "\(status) \($0)" } ?? "\(status)" }
    }

    /// How long it is, and of what type.
    var summary: String {
        let type = header("content-type").map { " of \(TextWidth.sanitized($0))" } ?? ""
        return Figures.count(size, "byte") + type
    }

    /// The headers that say something about reading on, reading again, and limits.
    var tellingHeaders: [String] {
        let exact = ["link", "location", "etag", "last-modified", "retry-after", "content-location", "warning", "age"]
        return headers.filter { header in
            let name = header.name.lowercased()
            return exact.contains(name) || name.contains("ratelimit") || name.contains("rate-limit")
                || name.contains("request-id") || name.contains("total") || name.contains("page")
                || name.contains("cursor") || name.contains("continuation") || name.contains("deprecat")
                || name == "sunset"
        }
        .map { "\($0.name): \($0.value)" }
    }

    private static let reasons = [
        200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 206: "Partial Content", 301: "Moved Permanently",
        302: "Found", 303: "See Other", 304: "Not Modified", 307: "Temporary Redirect", 308: "Permanent Redirect",
        400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
        406: "Not Acceptable", 408: "Request Timeout", 409: "Conflict", 410: "Gone", 415: "Unsupported Media Type",
        422: "Unprocessable Content", 429: "Too Many Requests", 500: "Internal Server Error", 501: "Not Implemented",
        502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout",
    ]
}
