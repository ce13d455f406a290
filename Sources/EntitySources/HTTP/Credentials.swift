internal import Catalog
internal import Ingestion

/// What a source must keep to itself, and the hosts that may be sent it.
struct Credentials: Sendable {
    let origin: SourceURL.Origin
    private let allowed: Set<SourceURL.Origin>
    private let authentication: HTTPSource.Authentication?
    private let secrets: SourceSecrets
    /// Where the access token comes from, if it must be fetched.
    let tokens: TokenHolder?

    /// - Parameters:
    ///   - fetched: is told of every token that is fetched.
    ///   - now: this machine's time, in seconds since 1970.
    init(
        _ configuration: HTTPSource.Configuration,
        origin: SourceURL.Origin,
        fetched: FetchedSecrets = FetchedSecrets(),
        now: @escaping @Sendable () -> Int64 = { WallClock.secondsSince1970 }
    ) throws(SourceConfigurationError) {
        self.origin = origin
        authentication = configuration.authentication
        var allowed: Set<SourceURL.Origin> = [origin]
        for host in configuration.allowedHosts {
            guard let named = SourceURL.Origin(scheme: origin.scheme, authority: host), !host.contains("@") else {
                throw SourceConfigurationError(
                    field: "allowedHosts",
                    message: "\"\(host)\" is not a host or host:port, such as api2.example.com"
                )
            }
            allowed.insert(named)
            // Never the other way round: what was meant for TLS stays on TLS.
            if origin.scheme == "http", let secure = SourceURL.Origin(scheme: "https", authority: host) {
                allowed.insert(secure)
            }
        }
        if origin.scheme == "http", origin.port == 80 {
            allowed.insert(SourceURL.Origin(httpsHost: origin.host))
        }
        self.allowed = allowed
        secrets = SourceSecrets(configuration, fetched: fetched)
        let issuer = try Credentials.makeIssuer(configuration, secrets: secrets, fetched: fetched, now: now)
        tokens = issuer.map { TokenHolder($0, fetched: fetched, now: now) }
    }

    /// Refuses a URL on another host than the configured one and those allowed by name: nothing is sent there.
    ///
    /// - Parameter what: what goes there, such as a redirect.
    func check(_ url: SourceURL, _ what: @autoclosure () -> String) throws(SourceError) {
        guard !allowed.contains(url.origin) else { return }
        throw SourceError(
            .refused,
            "\(what()) goes to another host, \(url.origin); name it in allowedHosts if it may be sent this source's credentials"
        )
    }

    /// The headers and the URL with which a request goes to its host.
    ///
    /// - Parameter token: the fetched one; for people it is not fetched.
    func addressed(
        _ request: PreparedRequest,
        token: String? = nil
    ) -> (url: SourceURL, headers: [(name: String, value: String)]) {
        var (url, headers) = (request.url, request.headers)
        headers += request.privateHeaders
        switch authentication {
        case .bearer(let token): headers.append(("Authorization", "Bearer \(token)"))
        case .basic(let user, let password):
            headers.append(("Authorization", "Basic \(Credentials.base64("\(user):\(password)"))"))
        case .header(let name, let value): headers.append((name, value))
        case .query(let name, let value): url.setParameter(name, [value])
        case .oauth2, .gitHubApp: headers.append(("Authorization", "Bearer \(token ?? "***")"))
        case nil: break
        }
        return (url, headers)
    }

    /// The URL as it can be stored in a cursor: without the API key that this source adds itself.
    func storable(_ url: SourceURL) -> SourceURL {
        var url = url
        if case .query(let name, _) = authentication { url.removeParameter(name) }
        return url
    }

    /// The text with every secret in it replaced.
    func redacting(_ text: String) -> String { secrets.redacting(text) }

    /// The start of a text from the source, for a message; nil if there is none.
    func excerpt(_ bytes: [UInt8]) -> String? { secrets.excerpt(bytes) }

    /// Headers that are neither secret nor hidden.
    static func isHarmless(header name: String) -> Bool {
        let name = name.lowercased()
        return name.hasPrefix("accept") || name == "content-type" || name == "user-agent"
    }

    static func base64(_ text: String) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
            for place in 0..<4 {
                let digit = alphabet[Int(bits >> UInt32(18 - 6 * place) & 63)]
                result.append(place <= group.count ? digit : UInt8(ascii: "="))
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
