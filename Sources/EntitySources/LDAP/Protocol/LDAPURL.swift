/// Where a server is: `ldap://`, `ldaps://` or `ldapi://`, and nothing but a host and a port.
struct LDAPURL: Sendable, Hashable {
    enum Scheme: String, Sendable {
        case plain = "ldap"
        case tls = "ldaps"
        /// A unix socket, whose path is percent-encoded in the host's place.
        case local = "ldapi"
    }

    let scheme: Scheme
    /// In lower case; the socket's path for `ldapi`.
    let host: String
    let port: Int
    /// As libldap takes it.
    let text: String

    /// Nil for what is no such URL.
    init?(_ text: String) {
        guard let separator = text.firstRange(of: "://"),
            let scheme = Scheme(rawValue: text[..<separator.lowerBound].lowercased())
        else { return nil }
        var authority = text[separator.upperBound...]
        if authority.last == "/" { authority.removeLast() }
        guard !authority.isEmpty, !authority.contains(where: { "/?#@ ".contains($0) || !$0.isASCII }) else {
            return nil
        }
        self.scheme = scheme
        guard scheme != .local else {
            (host, port) = (String(authority), 0)
            self.text = "ldapi://\(authority)"
            return
        }
        var name = authority
        var port = scheme == .tls ? 636 : 389
        if let colon = authority.lastIndex(of: ":"), !authority[colon...].contains("]") {
            guard let number = Int(authority[authority.index(after: colon)...]), 1...65_535 ~= number else {
                return nil
            }
            (name, port) = (authority[..<colon], number)
        }
        guard !name.isEmpty, name.hasPrefix("[") == name.contains(":") else { return nil }
        host = name.lowercased()
        self.port = port
        self.text = "\(scheme.rawValue)://\(host):\(port)"
    }

    /// Whether what is sent there stays on this machine.
    var isLocal: Bool {
        scheme == .local || host == "localhost" || host == "[::1]" || Self.isLoopback(host)
    }

    private static func isLoopback(_ host: String) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
