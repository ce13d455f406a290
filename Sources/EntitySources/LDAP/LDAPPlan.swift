internal import Catalog

/// A source's configuration, checked, and in the form in which it is used.
struct LDAPPlan: Sendable {
    let connection: LDAPConnectionSettings
    let searches: [SearchPlan]
    let key: String?
    let walk: LDAPSource.Walk
    let referrals: LDAPSource.Referrals
    /// Servers that referrals may be followed to.
    let followed: [LDAPURL]
    /// Tells this plan from another: a cursor is of one of them.
    let digest: String

    init(_ configuration: LDAPSource.Configuration) throws(SourceConfigurationError) {
        connection = try LDAPConnectionSettings(configuration)
        var searches: [SearchPlan] = []
        if let users = configuration.users { searches.append(try SearchPlan(users, .users)) }
        if let groups = configuration.groups { searches.append(try SearchPlan(groups, .groups)) }
        guard !searches.isEmpty else {
            throw SourceConfigurationError(field: "users", message: "is missing: name `users`, `groups` or both")
        }
        // Each makes as many chains as there are leaves, and a page may fork into 1,000.
        guard searches.reduce(0, { $0 + $1.bases.count }) <= 50 else {
            throw SourceConfigurationError(field: "users.base", message: "50 bases are allowed, all searches together")
        }
        self.searches = searches
        key = configuration.key
        if let key, !SearchPlan.isAttribute(key) {
            throw SourceConfigurationError(field: "key", message: "\"\(key)\" is not the name of an attribute")
        }
        walk = configuration.walk
        referrals = configuration.referrals
        followed = try LDAPPlan.servers(configuration.referrals)
        digest = LDAPPlan.digest(searches, configuration)
    }

    func search(_ name: String) -> SearchPlan? { searches.first { $0.kind.rawValue == name } }

    private static func servers(_ referrals: LDAPSource.Referrals) throws(SourceConfigurationError) -> [LDAPURL] {
        guard case .follow(let servers) = referrals else { return [] }
        var urls: [LDAPURL] = []
        for server in servers {
            guard let url = LDAPURL(server) else {
                throw SourceConfigurationError(
                    field: "referrals.follow",
                    message: "\"\(server)\" is no server: write ldaps://host"
                )
            }
            urls.append(url)
        }
        return urls
    }

    private static func digest(_ searches: [SearchPlan], _ configuration: LDAPSource.Configuration) -> String {
        var parts = [configuration.key ?? "", configuration.walk.rawValue]
        for search in searches {
            parts += [search.kind.rawValue, search.scope.rawValue, search.filter] + search.bases
        }
        var text = parts.joined(separator: "\u{0}")
        return String(text.withUTF8 { EntityDigest(of: $0) }.description.prefix(8))
    }
}

extension LDAPConnectionSettings {
    fileprivate init(_ configuration: LDAPSource.Configuration) throws(SourceConfigurationError) {
        guard !configuration.urls.isEmpty else {
            throw SourceConfigurationError(field: "url", message: "is empty: name a server")
        }
        servers = []
        for text in configuration.urls {
            guard let url = LDAPURL(text) else {
                throw SourceConfigurationError(
                    field: "url",
                    message:
                        "\"\(text)\" is no server: write ldaps://host, ldap://host:389 or ldapi://%2Fpath%2Fto%2Fsocket, "
                        + "and nothing after it"
                )
            }
            servers.append(url)
        }
        startTLS = configuration.startTLS
        trust = LDAPTrust(configuration.tls)
        authentication = configuration.authentication
        connectTimeout = configuration.connectTimeout
        searchTimeout = configuration.searchTimeout
        mostBytes = configuration.maxPageBytes
        try check(configuration)
    }

    private func check(_ configuration: LDAPSource.Configuration) throws(SourceConfigurationError) {
        if startTLS, let other = servers.first(where: { $0.scheme != .plain }) {
            throw SourceConfigurationError(
                field: "startTLS",
                message: "is for ldap:// alone, and \(other.text) is not: leave it out"
            )
        }
        switch authentication {
        case .anonymous: break
        case .simple(let dn, let password):
            guard !dn.isEmpty, !password.isEmpty, !password.utf8.contains(0) else {
                throw SourceConfigurationError(
                    field: "auth.simple",
                    message: "the name or the password is empty: a server would take that as anonymous, and show less"
                )
            }
            let open = servers.first { $0.scheme == .plain && !startTLS && !$0.isLocal }
            if let open, !configuration.allowPlaintextPassword {
                throw SourceConfigurationError(
                    field: "url",
                    message:
                        "the password would go to \(open.text) without encryption: write ldaps://, or `startTLS: true`; "
                        + "`allowPlaintextPassword: true` sends it all the same"
                )
            }
        case .external:
            let needsCertificate = servers.contains { $0.scheme != .local }
            guard !needsCertificate || trust.certificate != nil else {
                throw SourceConfigurationError(
                    field: "tls.certificate",
                    message: "SASL EXTERNAL proves who this is by a client certificate: name one, or use ldapi://"
                )
            }
        }
        guard (trust.certificate == nil) == (trust.key == nil) else {
            throw SourceConfigurationError(field: "tls", message: "`certificate` and `key` go together")
        }
    }
}
