internal import Catalog
internal import Ingestion

/// An entry of an answer's `errors` (GraphQL specification, 7.1.2), with what servers say beside its message.
struct GraphQLError: Hashable, Sendable {
    /// What it means for the page.
    enum Meaning: Int, Comparable, Sendable {
        case rateLimited, tooLarge, unauthorized, cursorExpired, unavailable, refused

        static func < (one: Meaning, other: Meaning) -> Bool { one.rawValue < other.rawValue }
    }

    let message: String
    /// `type` as GitHub has it, or `extensions.code` (Apollo, Shopify), or `extensions.type`.
    let type: String?
    /// The fields and list items that lead to what is null for it.
    let path: [JSON]

    init(_ json: JSON) {
        message = json["message"]?.string ?? ""
        let candidates = [json["type"], json["extensions"]?["code"], json["extensions"]?["type"]]
        type = candidates.lazy.compactMap { $0?.string }.first { !$0.isEmpty }
        path = json["path"]?.array ?? []
    }

    /// The path without the numbers of list items.
    var fields: [String] { path.compactMap(\.string) }

    var meaning: Meaning {
        switch type?.uppercased().replacing("-", with: "_") {
        case "RATE_LIMITED", "RATE_LIMIT", "THROTTLED", "TOO_MANY_REQUESTS", "SECONDARY_RATE_LIMIT": return .rateLimited
        case "MAX_NODE_LIMIT_EXCEEDED", "RESOURCE_LIMITS_EXCEEDED", "MAX_COST_EXCEEDED", "MAX_COMPLEXITY_EXCEEDED",
            "QUERY_TOO_COMPLEX", "COMPLEXITY_LIMIT_EXCEEDED", "TIMEOUT", "EXECUTION_TIMEOUT":
            return .tooLarge
        case "FORBIDDEN", "UNAUTHENTICATED", "UNAUTHORIZED", "INSUFFICIENT_SCOPES", "ACCESS_DENIED":
            return .unauthorized
        case "INVALID_CURSOR_ARGUMENTS": return .cursorExpired
        case "INTERNAL_SERVER_ERROR", "INTERNAL", "SERVICE_UNAVAILABLE": return .unavailable
        case nil, "UNDEFINED": return meaningOfMessage
        default: return .refused
        }
    }

    /// Some servers give nothing else; these are the words of GitHub's and GitLab's.
    private var meaningOfMessage: Meaning {
        let message = message.lowercased()
        func says(_ words: String...) -> Bool { words.contains { message.contains($0) } }
        if says("rate limit") { return .rateLimited }
        if says(
            "complexity",
            "too complex",
            "timeout",
            "timed out",
            "something went wrong while executing your query",
            "couldn't respond to your request in time"
        ) {
            return .tooLarge
        }
        return .refused
    }

    /// The error in a line, for messages.
    var summary: String {
        let place = path.map { $0.string ?? "[\($0)]" }.joined(separator: ".").replacing(".[", with: "[")
        return [type, place.isEmpty ? nil : "at \(place)", message.isEmpty ? nil : message]
            .compactMap(\.self).joined(separator: ": ")
    }
}
