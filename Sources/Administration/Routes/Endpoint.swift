internal import Catalog
internal import HTTPTypes
internal import Hummingbird

/// One method of one path: what it takes, what it answers, and who may ask. The router and the OpenAPI document are made of
/// these, so neither knows what the other does not.
struct Endpoint: Sendable {
    /// Who may ask.
    enum Guard: Sendable, Hashable {
        /// Everyone, as often as they like.
        case none
        /// Whoever can sign what is sent: the endpoint sees to it.
        case signature
        /// Whoever has a token with this scope.
        case scope(Scope)
    }

    /// The `operationId`; the log of changes names it, too.
    let name: String
    let method: HTTPRequest.Method
    /// Such as `/api/v1/providers/{provider}`.
    let path: String
    let guarding: Guard
    let summary: String
    var parameters: [QueryParameter] = []
    var body: RequestBodyShape?
    /// What it answers besides the refusals that follow from the rest.
    let answers: [EndpointAnswer]
    /// Whether it is in the OpenAPI document; the files of the dashboard are not.
    var isDescribed = true
    let respond: @Sendable (APIRequest) async throws -> Response

    /// The names in the path.
    var pathParameters: [String] {
        path.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
    }

    var scope: Scope? {
        if case .scope(let scope) = guarding { scope } else { nil }
    }
}

/// A status that an endpoint answers with.
struct EndpointAnswer: Sendable {
    let status: HTTPResponse.Status
    let description: String
    let mediaType: String
    /// The JSON Schema of the body.
    let schema: JSON

    init(
        _ status: HTTPResponse.Status,
        _ description: String,
        _ schema: JSON,
        as mediaType: String = "application/json"
    ) {
        (self.status, self.description, self.mediaType, self.schema) = (status, description, mediaType, schema)
    }
}

/// Endpoints that belong together.
package protocol EndpointGroup: Sendable {
    /// The endpoints; only those of this module.
    func add(to table: inout EndpointTable)
}

/// All endpoints of a server.
package struct EndpointTable: Sendable {
    private(set) var endpoints: [Endpoint] = []

    mutating func add(_ endpoints: [Endpoint]) { self.endpoints += endpoints }

    /// The methods that a path takes; none when there is nothing at it.
    func methods(at path: Substring) -> [HTTPRequest.Method] {
        let parts = path.split(separator: "/")
        let methods = endpoints.filter { Self.matches($0.path.split(separator: "/"), parts) }.map(\.method)
        return methods.contains(.get) ? methods + [.head] : methods
    }

    private static func matches(_ pattern: [Substring], _ parts: [Substring]) -> Bool {
        pattern.count == parts.count && zip(pattern, parts).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
    }
}
