internal import Catalog
internal import EntitySources

extension Schema where Value == LDAPSource.Configuration {
    /// `source.ldap`.
    static var ldap: Schema {
        .record({ LDAPSource.Configuration(url: "") }, server + content + limits)
    }

    private static var server: [Field<Value>] {
        [
            Field(
                "url",
                .oneOrMore(of: .nonEmptyString),
                required: true,
                \.urls,
                "ldaps://host, ldap://host or ldapi://%2Fpath%2Fto%2Fsocket; several are tried in this order."
            ),
            Field(
                "startTLS",
                .boolean,
                default: false,
                \.startTLS,
                "Whether an ldap:// connection is encrypted before anything else is sent."
            ),
            Field("tls", .ldapTLS, \.tls, "The files that TLS goes by. A server's certificate is always verified."),
            Field("auth", .ldapAuthentication, default: "anonymous", \.authentication, "As whom the source reads."),
            Field(
                "allowPlaintextPassword",
                .boolean,
                default: false,
                \.allowPlaintextPassword,
                "Whether a password may be sent to another machine without encryption."
            ),
        ]
    }

    private static var content: [Field<Value>] {
        [
            Field("users", .ldapSearch(.userSearch), "Which entries make users.") { $0.users = $1 },
            Field("groups", .ldapSearch(.groupSearch), "Which entries make groups.") { $0.groups = $1 },
            Field(
                "key",
                .nonEmptyString,
                \.key,
                "The attribute by whose ranges the directory is read: unique, never changed, with an ordering rule. entryUUID "
                    + "unless given, or objectGUID on Active Directory."
            ),
            Field(
                "walk",
                .word,
                default: "automatic",
                \.walk,
                "By ranges of the key side by side (leaves), or by Active Directory's uSNChanged, of one server (updateNumbers); "
                    + "automatic takes the second where the server is Active Directory."
            ),
            Field(
                "referrals",
                .ldapReferrals,
                default: "refuse",
                \.referrals,
                "What to do with answers that point to other servers."
            ),
        ]
    }

    private static var limits: [Field<Value>] {
        [
            Field(
                "connectTimeout",
                .duration(atLeast: .milliseconds(1)),
                default: "10s",
                \.connectTimeout,
                "The time limit for a connection: TCP, TLS and bind."
            ),
            Field(
                "searchTimeout",
                .duration(atLeast: .milliseconds(1)),
                default: "30s",
                \.searchTimeout,
                "How long a search may go without a message."
            ),
            Field("maxPageBytes", .size, default: "64MiB", \.maxPageBytes, "The size limit for one page of entries."),
            Field("mappingLimits", .mappingLimits, \.mappingLimits, "What the jq expressions of one page may use."),
        ]
    }
}

extension Schema where Value == LDAPSource.TLS {
    fileprivate static var ldapTLS: Schema {
        .record(
            { LDAPSource.TLS() },
            [
                Field(
                    "ca",
                    .path,
                    \.authoritiesFile,
                    "A PEM file of the authorities to trust, in place of the system's."
                ),
                Field("certificate", .path, \.certificateFile, "A PEM file with this client's certificate."),
                Field("key", .path, \.keyFile, "A PEM file with the key of the certificate."),
            ]
        )
    }
}

extension Schema where Value == LDAPSource.Authentication {
    fileprivate static var ldapAuthentication: Schema {
        .choice([
            Choice("anonymous", .nothing, "As nobody.") { _ in .anonymous },
            Choice("simple", .ldapPassword, "By name and password.") {
                .simple(dn: $0.dn, password: $0.password.value)
            },
            Choice("external", .nothing, "SASL EXTERNAL: by client certificate, or as this user over ldapi://.") { _ in
                .external
            },
        ])
    }
}

/// A name and its password.
private struct LDAPPassword: Sendable {
    var dn = ""
    var password = Secret("")
}

extension Schema where Value == LDAPPassword {
    fileprivate static var ldapPassword: Schema {
        .record(
            { LDAPPassword() },
            [
                Field("dn", .nonEmptyString, required: true, \.dn, "The name that binds."),
                Field("password", .secret, required: true, \.password, "The password: ${NAME} or file:PATH."),
            ]
        )
    }
}

extension Schema where Value == LDAPSource.Referrals {
    fileprivate static var ldapReferrals: Schema {
        .choice([
            Choice("refuse", .nothing, "They are an error: what they point to would be missing.") { _ in .refuse },
            Choice("ignore", .nothing, "They are passed over.") { _ in .ignore },
            Choice(
                "follow",
                .list(of: .nonEmptyString, atLeast: 1),
                "They are followed to these servers, which are sent this source's credentials."
            ) { .follow($0) },
        ])
    }
}
