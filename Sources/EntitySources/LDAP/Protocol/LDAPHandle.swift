internal import CLDAP
internal import Glibc

/// libldap's handle, and the connection that it holds. Every call may block: it lives on the thread of its
/// ``LDAPConnection``.
///
/// libldap reads defaults from files and from the environment; whatever bears on the answers or on trust is set here,
/// so that none of them counts.
struct LDAPHandle: ~Copyable {
    let handle: OpaquePointer
    /// The server's URL, for messages.
    let server: String

    private init(_ handle: OpaquePointer, _ server: String) {
        (self.handle, self.server) = (handle, server)
    }

    /// Prepares a handle; nothing is sent yet.
    static func make(
        _ server: LDAPURL,
        tls: LDAPTrust?,
        connectTimeout: Duration
    ) throws(DirectoryError) -> LDAPHandle {
        var created: OpaquePointer?
        let code = ldap_initialize(&created, server.text)
        guard code == LDAP_SUCCESS, let created else {
            throw DirectoryError(.invalid, "\(server.text): \(String(cString: ldap_err2string(code)))")
        }
        let made = LDAPHandle(created, server.text)
        try made.configure(tls, connectTimeout)
        return made
    }

    /// Lends the handle, where it is optional.
    func lend<Value>(_ body: (borrowing LDAPHandle) throws -> Value) rethrows -> Value { try body(self) }

    deinit { ldap_unbind_ext_s(handle, nil, nil) }

    private func configure(_ tls: LDAPTrust?, _ connectTimeout: Duration) throws(DirectoryError) {
        try set(LDAP_OPT_PROTOCOL_VERSION, Int32(LDAP_VERSION3))
        try set(LDAP_OPT_DEREF, Int32(LDAP_DEREF_NEVER))
        try set(LDAP_OPT_SIZELIMIT, Int32(LDAP_NO_LIMIT))
        try set(LDAP_OPT_TIMELIMIT, Int32(LDAP_NO_LIMIT))
        // Off is a null pointer.
        ldap_set_option(handle, LDAP_OPT_REFERRALS, nil)
        ldap_set_option(handle, LDAP_OPT_RESTART, nil)
        var limit = timeval(connectTimeout)
        ldap_set_option(handle, LDAP_OPT_NETWORK_TIMEOUT, &limit)
        ldap_set_option(handle, LDAP_OPT_TIMEOUT, &limit)
        try set(LDAP_OPT_X_TLS_REQUIRE_CERT, Int32(LDAP_OPT_X_TLS_HARD))
        // TLS 1.2: 3 << 8 | 3, as libldap counts.
        try set(LDAP_OPT_X_TLS_PROTOCOL_MIN, Int32(3 << 8 | 3))
        // To read all authorities of a system takes longer than to connect.
        guard let tls else { return }
        for (option, file) in [
            (LDAP_OPT_X_TLS_CACERTFILE, tls.authorities), (LDAP_OPT_X_TLS_CERTFILE, tls.certificate),
            (LDAP_OPT_X_TLS_KEYFILE, tls.key), (LDAP_OPT_X_TLS_CACERTDIR, nil),
        ] {
            guard ldap_set_option(handle, option, file) == LDAP_OPT_SUCCESS else {
                throw DirectoryError(.tls, "the file \(file ?? "") cannot be used for TLS")
            }
        }
        // A context of its own, made of the options above.
        guard ldap_set_option(handle, LDAP_OPT_X_TLS_NEWCTX, [Int32(0)]) == LDAP_OPT_SUCCESS else {
            let files = [tls.authorities, tls.certificate, tls.key].compactMap(\.self).joined(separator: ", ")
            throw DirectoryError(.tls, "TLS cannot be set up with \(files): check that they exist and are PEM")
        }
    }

    private func set(_ option: Int32, _ value: Int32) throws(DirectoryError) {
        guard ldap_set_option(handle, option, [value]) == LDAP_OPT_SUCCESS else {
            throw DirectoryError(.invalid, "libldap does not take option \(option)")
        }
    }

    /// Sends a request for StartTLS, and gives its number.
    func sendStartTLS() throws(DirectoryError) -> Int32 {
        var id: Int32 = 0
        try check(ldap_start_tls(handle, nil, nil, &id), "connecting")
        return id
    }

    /// Encrypts the connection, once the server has agreed to.
    func installTLS() throws(DirectoryError) {
        let code = ldap_install_tls(handle)
        guard code == LDAP_SUCCESS, ldap_tls_inplace(handle) == 1 else { throw error(code, "StartTLS", tls: true) }
    }

    /// Sends a bind: simple with a password, or SASL EXTERNAL.
    func sendBind(_ authentication: LDAPSource.Authentication) throws(DirectoryError) -> Int32 {
        var id: Int32 = 0
        let code: Int32
        switch authentication {
        case .anonymous: code = bind("", nil, "", &id)
        case .simple(let dn, let password): code = bind(dn, nil, password, &id)
        case .external: code = bind(nil, "EXTERNAL", "", &id)
        }
        try check(code, "connecting")
        return id
    }

    private func bind(_ dn: String?, _ mechanism: String?, _ password: String, _ id: inout Int32) -> Int32 {
        var password = Array(password.utf8CString)
        return password.withUnsafeMutableBufferPointer { bytes in
            var value = berval(bv_len: ber_len_t(bytes.count - 1), bv_val: bytes.baseAddress)
            return ldap_sasl_bind(handle, dn, mechanism, &value, nil, nil, &id)
        }
    }

    /// Sends the question who this connection is (RFC 4532).
    func sendWhoAmI() throws(DirectoryError) -> Int32 {
        var id: Int32 = 0
        try check(ldap_whoami(handle, nil, nil, &id), "asking who this connection is")
        return id
    }

    /// Gives an operation up.
    func abandon(_ id: Int32) {
        ldap_abandon_ext(handle, id, nil, nil)
    }

    func check(_ code: Int32, _ what: String) throws(DirectoryError) {
        guard code == LDAP_SUCCESS else { throw error(code, what) }
    }

    /// What libldap itself says: no answer was read.
    func error(_ code: Int32, _ what: String, tls: Bool = false) -> DirectoryError {
        var text: UnsafeMutablePointer<CChar>?
        ldap_get_option(handle, LDAP_OPT_DIAGNOSTIC_MESSAGE, &text)
        defer { ldap_memfree(text) }
        let known = String(cString: ldap_err2string(code))
        // GnuTLS often has no text for what it found.
        let diagnostic = text.map { String(cString: $0) } ?? ""
        let phrase = diagnostic.isEmpty || diagnostic.contains("unknown error") ? known : diagnostic
        let isTLS = tls || ["TLS", "certificate", "SSL"].contains { diagnostic.contains($0) }
        switch code {
        case LDAP_TIMEOUT: return DirectoryError(.timeout, "\(what) at \(server): no answer in time")
        case LDAP_FILTER_ERROR, LDAP_PARAM_ERROR, LDAP_ENCODING_ERROR:
            return DirectoryError(.invalid, "\(what): \(phrase)")
        default:
            let hint =
                isTLS || server.hasPrefix("ldaps")
                ? " (does it listen, does `tls.ca` hold the authority of its certificate, and is that for this host?)"
                : ""
            return DirectoryError(isTLS ? .tls : .unreachable, "\(what) at \(server): \(phrase)\(hint)")
        }
    }
}

extension timeval {
    init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        self.init(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
    }
}
