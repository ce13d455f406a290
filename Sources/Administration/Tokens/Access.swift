/// Who may ask for what.
///
/// With tokens, a request needs one that has the endpoint's scope; a browser does not send it by itself, so no page of another
/// site can. Without tokens the server listens on loopback alone, and whoever is on the machine may do everything. There a page
/// of another site could let the browser ask, so the name in `Host` must be one of this machine's (a name that was made to
/// point here is refused), and a change needs a header that such a page cannot send.
package struct Access: Sendable {
    let tokens: [AccessToken]
    /// The names by which the server is asked, besides those of loopback.
    private let names: Set<String>

    /// - Throws: ``AccessError`` when everyone could reach what nothing guards.
    package init(host: String, names: [String] = [], tokens: [AccessToken]) throws(AccessError) {
        guard !tokens.isEmpty || Self.isLoopback(host) else { throw AccessError(host: host) }
        self.tokens = tokens
        self.names = Set(names.map { $0.lowercased() })
    }

    var isOpen: Bool { tokens.isEmpty }

    /// The token that `Authorization` carries. It takes as long whichever it is, and whether it is one.
    func token(in authorization: String?) -> AccessToken? {
        guard let authorization, authorization.prefix(7).lowercased() == "bearer " else { return nil }
        let hash = AccessToken.hash(of: String(authorization.dropFirst(7)))
        var found: AccessToken?
        for token in tokens {
            var difference: UInt8 = 0
            for (one, other) in zip(token.hash, hash) { difference |= one ^ other }
            if difference == 0 { found = token }
        }
        return found
    }

    /// Whether the server may be asked under the name in `Host`.
    func isKnown(as authority: String?) -> Bool {
        if !isOpen, names.isEmpty { return true }
        guard let authority else { return false }
        let host = Self.host(of: authority).lowercased()
        return Self.isLoopback(host) || names.contains(host)
    }

    /// `127.0.0.1`, `::1` or `localhost`.
    static func isLoopback(_ host: String) -> Bool {
        if ["localhost", "::1"].contains(host.lowercased()) { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// The host of `host`, `host:port` or `[address]:port`.
    private static func host(of authority: String) -> String {
        if authority.hasPrefix("[") { return String(authority.dropFirst().prefix { $0 != "]" }) }
        return String(authority.prefix { $0 != ":" })
    }
}

/// The server would listen beyond loopback with no token to guard it.
package struct AccessError: Error, Sendable, CustomStringConvertible {
    package let host: String

    package var description: String {
        "listening on \(host) is for others than this machine, and no token is configured: everyone could do everything"
    }
}
