internal import Catalog
internal import Ingestion
internal import JWTKit
internal import NIOHTTP1
internal import Synchronization

/// Exchanges a JSON Web Token, signed with a GitHub App's key, for tokens of one of its installations.
final class GitHubAppIssuer: TokenIssuer {
    private let app: HTTPSource.GitHubApp
    private let key: Insecure.RSA.PrivateKey
    private let api: SourceURL
    private let endpoint: TokenEndpoint
    private let userAgent: String
    private let fetched: FetchedSecrets
    /// The number of the installation, once it is known.
    private let number: Mutex<Int64?>

    init(
        _ app: HTTPSource.GitHubApp,
        _ endpoint: TokenEndpoint,
        userAgent: String,
        fetched: FetchedSecrets
    ) throws(SourceConfigurationError) {
        guard let api = SourceURL(app.apiURL), api.query == nil else {
            throw SourceConfigurationError(
                field: "auth.githubApp.apiURL",
                message: "is not the URL of an API, such as https://api.github.com or https://HOST/api/v3"
            )
        }
        do {
            key = try Insecure.RSA.PrivateKey(pem: app.privateKey)
        } catch {
            throw SourceConfigurationError(
                field: "auth.githubApp.privateKey",
                message: "is not an RSA private key of 2048 bits or more in PEM form, without a passphrase, as GitHub "
                    + "gives it out for the App"
            )
        }
        (self.app, self.api, self.endpoint, self.userAgent, self.fetched) = (app, api, endpoint, userAgent, fetched)
        if case .id(let id) = app.installation { number = Mutex(id) } else { number = Mutex(nil) }
    }

    func issue() async throws -> FetchedToken {
        let now = endpoint.now()
        let token = try await signedToken(now: now)
        fetched.keep(token)
        defer { fetched.forget(token) }
        let number = try await installation(token)
        let answer = try await endpoint.send(request("POST", "/app/installations/\(number)/access_tokens", token))
        let body = endpoint.json(answer)
        guard answer.isSuccess, let value = body?["token"]?.string, !value.isEmpty else {
            // An App that was removed and installed again has another number.
            if answer.status == .notFound, case .owner = app.installation { self.number.withLock { $0 = nil } }
            throw error(answer, refused: "there is no such installation of the App (`auth.githubApp.installation`)")
        }
        // What counts is for how long GitHub's own clock says that it is valid.
        let date = answer.headers.first(name: "date").flatMap(HTTPDate.seconds) ?? now
        let expires = body?["expires_at"]?.string.flatMap(InternetDate.seconds)
        return FetchedToken(value, lifetime: expires.map { max(0, $0 - date) }, now: now)
    }

    /// The number of the installation, asked for by its owner where only that is known.
    private func installation(_ token: String) async throws -> Int64 {
        if let known = number.withLock({ $0 }) { return known }
        guard case .owner(let owner) = app.installation else { return 0 }
        var answer = try await endpoint.send(request("GET", "/orgs/\(owner.percentEncoded)/installation", token))
        if answer.status == .notFound {
            answer = try await endpoint.send(request("GET", "/users/\(owner.percentEncoded)/installation", token))
        }
        guard answer.isSuccess, let found = endpoint.json(answer)?["id"]?.integer else {
            throw error(answer, refused: "the App is not installed at \(owner) (`auth.githubApp.installation`)")
        }
        number.withLock { $0 = found }
        return found
    }

    /// GitHub allows ten minutes; both ends leave room for clocks that differ.
    private func signedToken(now: Int64) async throws -> String {
        let keys = await JWTKeyCollection().add(rsa: key, digestAlgorithm: .sha256)
        return try await keys.sign(Claims(iss: app.appID, iat: now - 60, exp: now + 540))
    }

    private func request(_ method: String, _ path: String, _ token: String) -> PreparedRequest {
        var url = api
        url.path = (url.path.hasSuffix("/") ? String(url.path.dropLast()) : url.path) + path
        return PreparedRequest(
            method: method,
            url: url,
            headers: [
                ("Accept", "application/vnd.github+json"), ("X-GitHub-Api-Version", "2022-11-28"),
                ("User-Agent", userAgent),
            ],
            privateHeaders: [("Authorization", "Bearer \(token)")]
        )
    }

    private func error(_ answer: HTTPAnswer, refused: String) -> SourceError {
        var unauthorized = "GitHub does not accept the App's ID and key, or has suspended it (`auth.githubApp`)"
        if let date = answer.headers.first(name: "date").flatMap(HTTPDate.seconds) {
            let difference = date - endpoint.now()
            if abs(difference) > 30 {
                unauthorized += "; this machine's clock is \(abs(difference)) s \(difference > 0 ? "behind" : "ahead")"
            }
        }
        return endpoint.error(answer, unauthorized: unauthorized, refused: refused)
    }

    private struct Claims: JWTPayload {
        let iss: String
        let iat: Int64
        let exp: Int64

        /// It is GitHub that verifies it.
        func verify(using algorithm: some JWTAlgorithm) {}
    }
}
