internal import Catalog
internal import Ingestion

/// What a next request has otherwise than the configured one.
struct RequestChange: Hashable, Sendable {
    /// In place of the configured URL; absolute, or relative to it.
    var url: String?
    /// Merged into the configured query; null removes a parameter.
    var query: [String: JSON] = [:]
    /// In place of the configured body.
    var body: JSON?

    init(url: String?, query: [String: JSON] = [:], body: JSON? = nil) {
        (self.url, self.query, self.body) = (url, query, body)
    }

    /// From a URL, or from an object of `url`, `query` and `body`.
    init(_ value: JSON) throws(SourceError) {
        if let url = value.string {
            self.url = url
            return
        }
        guard let members = value.object else {
            throw SourceError(.invalidPage, "a next request is neither a URL nor an object (pagination.requests)")
        }
        for (key, value) in members {
            switch (key, value) {
            case ("url", .string(let text)): url = text
            case ("query", .object(let parameters)): query = parameters
            case ("body", _): body = value
            case ("url", .null), ("query", .null): break
            case ("url", _), ("query", _):
                let type = key == "url" ? "a string" : "an object"
                throw SourceError(.invalidPage, "`\(key)` of a next request is not \(type) (pagination.requests)")
            default:
                throw SourceError(
                    .invalidPage,
                    "a next request has `\(key)`; it can have `url`, `query` and `body` (pagination.requests)"
                )
            }
        }
    }

    /// As it is stored, and as `$request` has it.
    var json: JSON {
        var members: [String: JSON] = [:]
        if let url { members["url"] = .string(url) }
        if !query.isEmpty { members["query"] = .object(query) }
        if let body { members["body"] = body }
        return .object(members)
    }
}
