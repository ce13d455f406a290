internal import Catalog
internal import HTTPTypes
internal import Hummingbird
internal import Ingestion

/// The OpenAPI 3.1 document of a server's endpoints.
enum OpenAPIDocument {
    /// Adds the endpoint at which the document is served, which is in it, too.
    static func add(to table: inout EndpointTable) {
        func endpoint(_ document: JSON) -> Endpoint {
            Endpoint(
                name: "openAPI",
                method: .get,
                path: "/openapi.json",
                guarding: .none,
                summary: "This document.",
                answers: [EndpointAnswer(.ok, "The document.", ["type": "object"])]
            ) { _ in Response(.ok, document) }
        }
        let document = json(of: table.endpoints + [endpoint(nil)])
        table.add([endpoint(document)])
    }

    static func json(of endpoints: [Endpoint]) -> JSON {
        var paths: [String: JSON] = [:]
        for endpoint in endpoints where endpoint.isDescribed {
            paths[endpoint.path, default: [:]][endpoint.method.rawValue.lowercased()] = operation(endpoint)
        }
        return [
            "openapi": "3.1.0",
            "info": [
                "title": "Tidemark", "version": .string(TidemarkVersion.current),
                "description": "What operators see of Tidemark and do to it.",
            ],
            "servers": [["url": "/"]],
            "paths": .object(paths),
            "components": [
                "schemas": .object(Schemas.all),
                "securitySchemes": [
                    "token": [
                        "type": "http", "scheme": "bearer",
                        "description":
                            "A token of `tidemark token create`. Its scope is read, or manage, which includes read.",
                    ]
                ],
            ],
        ]
    }

    private static func operation(_ endpoint: Endpoint) -> JSON {
        var operation: JSON = [
            "operationId": .string(endpoint.name), "summary": .string(endpoint.summary),
            "responses": .object(responses(of: endpoint)),
            // OpenAPI has scopes for roles of any scheme since 3.1.
            "security": endpoint.scope.map { [["token": [.string($0.rawValue)]]] } ?? [],
        ]
        let parameters =
            endpoint.pathParameters.map { name -> JSON in
                [
                    "name": .string(name), "in": "path", "required": true,
                    "schema": ["type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$"],
                ]
            }
            + endpoint.parameters.map { parameter -> JSON in
                [
                    "name": .string(parameter.name), "in": "query", "schema": parameter.schema,
                    "description": .string(parameter.description),
                ]
            }
        if !parameters.isEmpty { operation["parameters"] = .array(parameters) }
        if let body = endpoint.body {
            operation["requestBody"] = [
                "required": .bool(body.isRequired), "content": ["application/json": ["schema": body.schema]],
            ]
        }
        return operation
    }

    private static func responses(of endpoint: Endpoint) -> [String: JSON] {
        var responses: [String: JSON] = [:]
        for answer in endpoint.answers + refusals(of: endpoint) where responses["\(answer.status.code)"] == nil {
            responses["\(answer.status.code)"] = [
                "description": .string(answer.description),
                "content": .object([answer.mediaType: ["schema": answer.schema]]),
            ]
        }
        return responses
    }

    /// What the gate refuses.
    private static func refusals(of endpoint: Endpoint) -> [EndpointAnswer] {
        guard endpoint.guarding != .signature else { return [] }
        var refusals: [(HTTPResponse.Status, String)] = [
            (.badRequest, "A parameter or the body is not what it must be."),
            (.contentTooLarge, "The body is too long."), (.unsupportedMediaType, "The body is not sent as JSON."),
        ]
        if endpoint.scope != nil {
            refusals += [
                (.unauthorized, "No token, or one that is not known."),
                (.forbidden, "The token's scope does not include it, or the server is asked under a foreign name."),
                (.tooManyRequests, "Too many requests from this address: see Retry-After."),
                (.serviceUnavailable, "Redis cannot be reached, or it takes too long: see Retry-After."),
            ]
        }
        return refusals.map { EndpointAnswer($0, $1, .reference("Refusal")) }
    }
}
