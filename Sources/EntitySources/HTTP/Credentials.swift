internal import Catalog
internal import Ingestion

/// What a source must keep to itself, and the hosts that may be sent it.
struct Credentials: Sendable {
    let origin: SourceURL.Origin
    private let allowed: Set<SourceURL.Origin>
    private let authentication: HTTPSource.Authentication?
    /// Texts that no message may contain, the longest first.
    private let secrets: [String]

    init(
        _ configuration: HTTPSource.Configuration,
        origin: SourceURL.Origin
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
        secrets = Credentials.secrets(of: configuration).sorted { $0.utf8.count > $1.utf8.count }
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
    func addressed(_ request: PreparedRequest) -> (url: SourceURL, headers: [(name: String, value: String)]) {
        var (url, headers) = (request.url, request.headers)
        headers += request.privateHeaders
        switch authentication {
        case .bearer(let token): headers.append(("Authorization", "Bearer \(token)"))
        case .basic(let user, let password):
            headers.append(("Authorization", "Basic \(Credentials.base64("\(user):\(password)"))"))
        case .header(let name, let value): headers.append((name, value))
        case .query(let name, let value): url.setParameter(name, [value])
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
    func redacting(_ text: String) -> String {
        secrets.reduce(text) { text, secret in text.replacing(secret, with: "***") }
    }

    /// Headers that are neither secret nor hidden.
    static func isHarmless(header name: String) -> Bool {
        let name = name.lowercased()
        return name.hasPrefix("accept") || name == "content-type" || name == "user-agent"
    }

    private static func secrets(of configuration: HTTPSource.Configuration) -> Set<String> {
        var values: [String] = []
        switch configuration.authentication {
        case .bearer(let token): values.append(token)
        case .basic(let user, let password): values += [password, base64("\(user):\(password)")]
        case .header(_, let value), .query(_, let value): values.append(value)
        case nil: break
        }
        values += configuration.headers.filter { !isHarmless(header: $0.key) }.map(\.value)
        values += configuration.query.filter { SensitiveName.matches($0.key) }.compactMap(\.value.string)
        values += values.map(\.percentEncoded)
        // What is shorter would hide every other word.
        return Set(values.filter { $0.utf8.count >= 4 })
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

extension HTTPSource.Authentication {
    /// What the credentials are once more, in the form in which they are sent.
    package var encoded: String? {
        if case .basic(let user, let password) = self { Credentials.base64("\(user):\(password)") } else { nil }
    }
}
