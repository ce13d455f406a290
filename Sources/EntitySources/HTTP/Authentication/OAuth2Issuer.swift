internal import Catalog
internal import Ingestion

/// Asks an authorization server for tokens with the client's own credentials (RFC 6749, 4.4).
struct OAuth2Issuer: TokenIssuer {
    private let client: HTTPSource.OAuth2
    private let request: PreparedRequest
    private let endpoint: TokenEndpoint

    init(_ client: HTTPSource.OAuth2, _ endpoint: TokenEndpoint, userAgent: String) throws(SourceConfigurationError) {
        guard let url = SourceURL(client.tokenURL) else {
            throw SourceConfigurationError(
                field: "auth.oauth2.tokenURL",
                message: "is not an http or https URL, such as https://login.example.com/oauth2/token"
            )
        }
        self.client = client
        self.endpoint = endpoint
        request = OAuth2Issuer.request(client, url, userAgent)
    }

    func issue() async throws -> FetchedToken {
        let asked = endpoint.now()
        let answer = try await endpoint.send(request)
        let body = endpoint.json(answer)
        if let code = body?["error"]?.string { throw refusal(code, answer) }
        guard answer.isSuccess, let token = body?["access_token"]?.string, !token.isEmpty else {
            throw endpoint.error(
                answer,
                unauthorized: "the server does not accept the client (`auth.oauth2`)",
                refused: "the server refuses the request: is `auth.oauth2.tokenURL` right?"
            )
        }
        if let type = body?["token_type"]?.string, type.lowercased() != "bearer" {
            throw endpoint.error(.refused, answer, "the token is of the type \(type.prefix(40)); only Bearer is known")
        }
        return FetchedToken(token, lifetime: body?["expires_in"]?.seconds, now: asked)
    }

    /// RFC 6749, 5.2.
    private func refusal(_ code: String, _ answer: HTTPAnswer) -> SourceError {
        switch code {
        case "invalid_client", "unauthorized_client", "access_denied":
            return endpoint.error(.unauthorized, answer, "the server does not accept the client (`auth.oauth2`)")
        case "invalid_scope", "invalid_target":
            let field = code == "invalid_scope" ? "scopes" : "audience"
            return endpoint.error(.refused, answer, "the client may not have that (`auth.oauth2.\(field)`)")
        case "server_error", "temporarily_unavailable":
            let limit = RateLimit(answer.headers, now: endpoint.now())
            return endpoint.error(.unavailable, answer, "it failed", retryAfter: limit.retryAfter)
        default:
            return endpoint.error(
                answer,
                unauthorized: "the server does not accept the client (`auth.oauth2`)",
                refused: "the server refuses the request (`auth.oauth2`)"
            )
        }
    }

    private static func request(_ client: HTTPSource.OAuth2, _ url: SourceURL, _ userAgent: String) -> PreparedRequest {
        var fields = [("grant_type", "client_credentials")]
        if !client.scopes.isEmpty { fields.append(("scope", client.scopes.joined(separator: " "))) }
        if let audience = client.audience { fields.append(("audience", audience)) }
        var request = PreparedRequest(
            method: "POST",
            url: url,
            headers: [
                ("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "application/json"),
                ("User-Agent", userAgent),
            ],
            privateHeaders: []
        )
        switch client.method {
        case .basic: request.privateHeaders.append(("Authorization", "Basic \(client.basicCredentials)"))
        case .post: fields += [("client_id", client.clientID), ("client_secret", client.clientSecret)]
        }
        let form = fields.map { "\($0.0.percentEncoded)=\($0.1.percentEncoded)" }.joined(separator: "&")
        request.body = Array(form.utf8)
        return request
    }
}

extension JSON {
    /// A number of seconds; some servers write it as text.
    fileprivate var seconds: Int64? {
        guard let value = number ?? string.flatMap(Double.init), value.isFinite, value >= 0 else { return nil }
        return Int64(min(value, 10 * 365 * 86400))
    }
}
