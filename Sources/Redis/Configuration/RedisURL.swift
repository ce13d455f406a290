/// Reading a Redis URL.
///
/// `redis://[user[:password]@]host[:port][/database]`, with TLS `rediss://…`, and
/// `redis+unix://[user[:password]@]/path?db=database`. What has a meaning in a URL is written with percent signs.
///
/// | option | meaning |
/// | --- | --- |
/// | `db` | the database |
/// | `name` | the name of the connections in `CLIENT LIST` |
/// | `verify` | with `rediss`: `full` (the default), `chain` or `none` |
/// | `cacert`, `cert`, `key` | with `rediss`: PEM files, as `redis-cli` calls them |
/// | `sni` | with `rediss`: the server's name, where it is not the host |
enum RedisURL {
    private enum Scheme: String, CaseIterable {
        case plain = "redis"
        case tls = "rediss"
        case unixSocket = "redis+unix"
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
            configuration = RedisConfiguration(address: try tcpAddress(host))
            configuration.tls = scheme == .tls ? RedisTLS() : nil
            if path.count > 1 {
                configuration.database = try database(path.dropFirst())
            }
        case .unixSocket:
            guard host.isEmpty, path.count > 1 else {
                throw invalid("a unix socket is written redis+unix:///absolute/path?db=0")
            }
            configuration = RedisConfiguration(address: .unixSocket(path: try decoded(path, "path")))
        }
        try setCredentials(userInfo, in: &configuration)
        for option in (query ?? "").split(separator: "&") {
            try set(option, in: &configuration)
        }
        try checkTLS(configuration)
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

    private static func tcpAddress(_ text: Substring) throws(RedisError) -> RedisAddress {
        var host = text
        var port: Substring?
        if text.first == "[" {
            guard let end = text.firstIndex(of: "]") else {
                throw invalid("the [ before the host is not closed")
            }
            host = text[text.index(after: text.startIndex)..<end]
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || rest.first == ":" else {
                throw invalid("after ] comes a port or nothing")
            }
            port = rest.isEmpty ? nil : rest.dropFirst()
        } else {
            (host, port) = split(text, atFirst: ":")
        }
        guard !host.isEmpty else {
            throw invalid("it names no host")
        }
        return .tcp(host: try decoded(host, "host"), port: try portNumber(port))
    }

    private static func portNumber(_ text: Substring?) throws(RedisError) -> Int {
        guard let text else { return 6379 }
        guard let port = Int(text), (1...65535).contains(port) else {
            throw invalid("the port is a number from 1 to 65535")
        }
        return port
    }

    private static func database(_ text: Substring) throws(RedisError) -> Int {
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

    // MARK: - Options

    private static func set(_ option: Substring, in configuration: inout RedisConfiguration) throws(RedisError) {
        let (name, encoded) = split(option, atFirst: "=")
        let value = try decoded(encoded ?? "", "option \(name)")
        guard !value.isEmpty else {
            throw invalid("the option \(name) has no value")
        }
        switch name {
        case "db": configuration.database = try database(value[...])
        case "name": configuration.clientName = try clientName(value)
        case "verify": configuration.tls?.verification = try verification(value)
        case "cacert": configuration.tls?.authoritiesFile = value
        case "cert": configuration.tls?.certificateFile = value
        case "key": configuration.tls?.keyFile = value
        case "sni": configuration.tls?.serverName = value
        default:
            throw invalid("the option \(name) is not known; known are db, name, verify, cacert, cert, key, sni")
        }
        if configuration.tls == nil, ["verify", "cacert", "cert", "key", "sni"].contains(name) {
            throw invalid("the option \(name) needs rediss://")
        }
    }

    private static func clientName(_ value: String) throws(RedisError) -> String {
        guard value.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw invalid("the option name takes printable ASCII without spaces")
        }
        return value
    }

    private static func verification(_ value: String) throws(RedisError) -> RedisTLS.Verification {
        guard let verification = RedisTLS.Verification(rawValue: value) else {
            throw invalid("the option verify is full, chain or none")
        }
        return verification
    }

    private static func checkTLS(_ configuration: RedisConfiguration) throws(RedisError) {
        guard let tls = configuration.tls else { return }
        guard (tls.certificateFile == nil) == (tls.keyFile == nil) else {
            throw invalid("the options cert and key come together")
        }
    }

    // MARK: - Text

    private static func invalid(_ reason: String) -> RedisError {
        RedisError(.invalidURL, "The Redis URL is not valid: \(reason).")
    }

    private static func split(_ text: Substring, atFirst separator: Character) -> (Substring, Substring?) {
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

    private static func decoded(_ text: some StringProtocol, _ part: String) throws(RedisError) -> String {
        guard let decoded = PercentEncoding.decode(text.utf8) else {
            throw invalid("the \(part) has a % without two hexadecimal digits, or is not UTF-8")
        }
        return decoded
    }
}
