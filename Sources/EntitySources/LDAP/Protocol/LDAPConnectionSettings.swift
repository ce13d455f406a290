/// How connections are made, and how long they may take.
struct LDAPConnectionSettings: Sendable {
    /// In the order in which they are tried.
    var servers: [LDAPURL]
    var startTLS = false
    var trust: LDAPTrust
    var authentication: LDAPSource.Authentication
    var connectTimeout: Duration
    /// Between two messages of an answer.
    var searchTimeout: Duration
    /// How much one answer may take in memory, in bytes.
    var mostBytes: Int
}
