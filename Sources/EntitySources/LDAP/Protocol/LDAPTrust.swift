internal import Glibc

/// The files that TLS goes by.
struct LDAPTrust: Sendable, Hashable {
    /// The authorities that vouch for a server.
    let authorities: String?
    /// What this client shows of itself.
    let certificate: String?
    let key: String?

    init(_ tls: LDAPSource.TLS) {
        authorities = tls.authoritiesFile ?? Self.systemAuthorities
        (certificate, key) = (tls.certificateFile, tls.keyFile)
    }

    /// Where systems keep the authorities that they trust; libldap knows of none by itself.
    private static let systemAuthorities = [
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem",
    ].first { (path: String) in access(path, R_OK) == 0 }
}
