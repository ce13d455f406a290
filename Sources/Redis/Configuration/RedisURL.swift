/// Reading a Redis URL.
///
/// | URL | server |
/// | --- | --- |
/// | `redis://[user[:password]@]host[:port][/database]` | one |
/// | `redis+unix://[user[:password]@]/path?db=database` | one, at a unix socket |
/// | `redis+sentinel://[user[:password]@]host[:port][,host[:port]…]/master[/database]` | the master that sentinels name |
/// | `redis+cluster://[user[:password]@]host[:port][,host[:port]…]` | a cluster |
///
/// With TLS, also to the sentinels: `rediss://`, `rediss+sentinel://`, `rediss+cluster://`. What has a meaning in a URL is
/// written with percent signs.
///
/// | option | meaning |
/// | --- | --- |
/// | `db` | the database; a cluster has only 0 |
/// | `name` | the name of the connections in `CLIENT LIST` |
/// | `waitReplicas` | how many replicas must have a write before it counts |
/// | `sentinelUser`, `sentinelPassword` | for the sentinels, where theirs differ |
/// | `verify` | with TLS: `full` (the default), `chain` or `none` |
/// | `cacert`, `cert`, `key` | with TLS: PEM files, as `redis-cli` calls them |
/// | `sni` | with TLS: the server's name, where it is not the host |
enum RedisURL {
    private enum Scheme: String, CaseIterable {
        case plain = "redis"
        case tls = "rediss"
        case unixSocket = "redis+unix"
        case sentinel = "redis+sentinel"
        case tlsSentinel = "rediss+sentinel"
        case cluster = "redis+cluster"
        case tlsCluster = "rediss+cluster"

        var hasTLS: Bool { rawValue.hasPrefix("rediss") }
    }

    static func parse(_ url: String) throws(RedisError) -> RedisConfiguration {
        let (scheme, afterScheme) = try splitScheme(url)
        let (beforeQuery, query) = split(afterScheme, atFirst: "?")
        guard query?.contains("@") != true else {
            throw invalid("in user, password and options, the signs / ? @ & % are written %2F %3F %40 %26 %25")
        }
        let pathStart = beforeQuery.firstIndex(of: "/") ?? beforeQuery.endIndex
        let (userInfo, host) = splitUserInfo(beforeQuery[..<pathStart])
        let path = beforeQuery[pathStart...]

        var configuration: RedisConfiguration
        switch scheme {
        case .plain, .tls:
            configuration = RedisConfiguration(address: try tcpAddress(host, defaultPort: 6379))
            if path.count > 1 {
                configuration.database = try database(path.dropFirst())
            }
        case .sentinel, .tlsSentinel:
            configuration = try sentinels(host, path)
        case .cluster, .tlsCluster:
            configuration = try cluster(host, path)
        case .unixSocket:
            guard host.isEmpty, path.count > 1 else {
                throw invalid("a unix socket is written redis+unix:///absolute/path?db=0")
            }
            configuration = RedisConfiguration(address: .unixSocket(path: try socketPath(path)))
        }
        configuration.tls = scheme.hasTLS ? RedisTLS() : nil
        try setCredentials(userInfo, in: &configuration)
        for option in (query ?? "").split(separator: "&") {
            try set(option, in: &configuration)
        }
        try check(configuration)
        return configuration
    }

    // MARK: - Parts

    private static func splitScheme(_ url: String) throws(RedisError) -> (Scheme, Substring) {
        let known = Scheme.allCases.map { "\($0.rawValue)://" }.joined(separator: ", ")
        guard let separator = firstRange(of: "://", in: url) else {
            throw invalid("it has no scheme; known are \(known)")
        }
        let name = url[..<separator.lowerBound].lowercased()
        guard let scheme = Scheme(rawValue: name) else {
            let isName = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }
            throw invalid("\(isName ? "the scheme \(name)://" : "its scheme") is not known; known are \(known)")
        }
        return (scheme, url[separator.upperBound...])
    }

    private static func splitUserInfo(_ authority: Substring) -> (userInfo: Substring?, host: Substring) {
        guard let at = authority.lastIndex(of: "@") else {
            return (nil, authority)
        }
        return (authority[..<at], authority[authority.index(after: at)...])
    }

    private static func socketPath(_ text: Substring) throws(RedisError) -> String {
        let path = try decoded(text, "path")
        let length = path.utf8.count
        guard length <= RedisAddress.longestSocketPath else {
            throw invalid("the path of its socket has \(length) bytes, and may have \(RedisAddress.longestSocketPath)")
        }
        return path
    }

    static func database(_ text: Substring) throws(RedisError) -> Int {
        guard let number = Int(text), number >= 0 else {
            throw invalid("the database is a number, 0 or more")
        }
        return number
    }

    private static func setCredentials(
        _ userInfo: Substring?,
        in configuration: inout RedisConfiguration
    ) throws(RedisError) {
        guard let userInfo, !userInfo.isEmpty else { return }
        let (user, password) = split(userInfo, atFirst: ":")
        configuration.username = user.isEmpty ? nil : try decoded(user, "user")
        if let password {
            configuration.password = RedisSecret(try decoded(password, "password"))
        }
        guard configuration.username == nil || configuration.password != nil else {
            throw invalid("it names a user but no password; a password alone is written :password@")
        }
    }

    // MARK: - Text

    static func invalid(_ reason: String) -> RedisError {
        RedisError(.invalidURL, "The Redis URL is not valid: \(reason).")
    }

    static func split(_ text: Substring, atFirst separator: Character) -> (Substring, Substring?) {
        guard let index = text.firstIndex(of: separator) else {
            return (text, nil)
        }
        return (text[..<index], text[text.index(after: index)...])
    }

    private static func firstRange(of part: String, in text: String) -> Range<String.Index>? {
        text.indices.lazy
            .filter { text[$0...].hasPrefix(part) }
            .map { $0..<text.index($0, offsetBy: part.count) }
            .first
    }

    static func decoded(_ text: some StringProtocol, _ part: String) throws(RedisError) -> String {
        guard let decoded = PercentEncoding.decode(text.utf8) else {
            throw invalid("the \(part) has a % without two hexadecimal digits, or is not UTF-8")
        }
        return decoded
    }
}
