/// An `http` or `https` URL, taken apart as RFC 3986 says, so that another host can be told from the configured one.
///
/// What has no place in a URL is percent-encoded rather than refused: sources put spaces and brackets into their links.
/// User information and fragment are dropped.
struct SourceURL: Hashable, Sendable {
    /// What credentials are bound to.
    struct Origin: Hashable, Sendable {
        /// `http` or `https`.
        var scheme: String
        /// Lower-cased; an IPv6 address with its brackets.
        var host: String
        var port: Int
    }

    var origin: Origin
    /// Percent-encoded; begins with a slash.
    var path: String
    /// Percent-encoded, without the question mark.
    var query: String?

    /// Parses an absolute URL; nil if it is none, or of another scheme.
    init?(_ text: String) {
        let parts = URLParts(text)
        guard let scheme = parts.scheme, let authority = parts.authority,
            let origin = Origin(scheme: scheme, authority: authority)
        else { return nil }
        self.origin = origin
        self.path = SourceURL.removingDotSegments(parts.path)
        self.query = parts.query
    }

    /// Resolves a reference against this URL (RFC 3986, 5.2); nil if the result is no HTTP URL.
    func resolving(_ reference: String) -> SourceURL? {
        let parts = URLParts(reference)
        if parts.scheme != nil { return SourceURL(reference) }
        var target = self
        target.query = parts.query
        if let authority = parts.authority {
            guard let origin = Origin(scheme: origin.scheme, authority: authority) else { return nil }
            target.origin = origin
            target.path = SourceURL.removingDotSegments(parts.path)
        } else if parts.path.isEmpty {
            if parts.query == nil { target.query = query }
        } else if parts.path.hasPrefix("/") {
            target.path = SourceURL.removingDotSegments(parts.path)
        } else {
            let folder = path[...(path.lastIndex(of: "/") ?? path.startIndex)]
            target.path = SourceURL.removingDotSegments(folder + parts.path)
        }
        return target
    }

    /// The whole URL.
    var text: String { textWithoutQuery + (query.map { "?\($0)" } ?? "") }

    /// What may stand in an error: a query can hold secrets.
    var textWithoutQuery: String { "\(origin)\(path)" }

    /// RFC 3986, 5.2.4.
    private static func removingDotSegments(_ path: some StringProtocol) -> String {
        var segments: [Substring] = []
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).map { Substring($0) }
        for (index, part) in parts.dropFirst(path.hasPrefix("/") ? 1 : 0).enumerated() {
            let isLast = index == parts.count - (path.hasPrefix("/") ? 2 : 1)
            switch part {
            case "..":
                _ = segments.popLast()
                if isLast { segments.append("") }
            case ".":
                if isLast { segments.append("") }
            default: segments.append(part)
            }
        }
        return "/" + segments.joined(separator: "/")
    }
}

extension SourceURL.Origin: CustomStringConvertible {
    /// The same host, with TLS on its usual port.
    init(httpsHost host: String) {
        (scheme, self.host, port) = ("https", host, 443)
    }

    /// Nil if the authority is not `[user@]host[:port]`.
    init?(scheme: String, authority: String) {
        let scheme = scheme.lowercased()
        guard scheme == "http" || scheme == "https" else { return nil }
        var rest = authority[...]
        if let at = rest.lastIndex(of: "@") { rest = rest[rest.index(after: at)...] }
        let host: Substring
        if rest.hasPrefix("[") {
            guard let end = rest.firstIndex(of: "]") else { return nil }
            host = rest[...end]
            guard host.dropFirst().dropLast().allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." }) else {
                return nil
            }
        } else {
            host = rest.prefix { $0 != ":" }
            guard !host.isEmpty, host.utf8.allSatisfy({ $0.isUnreserved }) else { return nil }
        }
        rest = rest[host.endIndex...]
        self.scheme = scheme
        self.host = host.lowercased()
        let defaultPort = scheme == "https" ? 443 : 80
        guard rest.isEmpty || rest.hasPrefix(":") else { return nil }
        let port = rest.dropFirst()
        guard port.isEmpty || port.utf8.allSatisfy({ $0.isDigit }) else { return nil }
        self.port = port.isEmpty ? defaultPort : Int(port) ?? 0
        guard (1...65535).contains(self.port) else { return nil }
    }

    /// `scheme://host`, with the port where it is not the default.
    var description: String {
        let isDefault = port == (scheme == "https" ? 443 : 80)
        return "\(scheme)://\(host)\(isDefault ? "" : ":\(port)")"
    }
}
