internal import CLDAP
internal import Glibc

extension LDAPHandle {
    /// Sends a search, and gives its number.
    func send(_ search: DirectorySearch) throws(DirectoryError) -> Int32 {
        var id: Int32 = 0
        let scope =
            switch search.scope {
            case .base: LDAP_SCOPE_BASE
            case .oneLevel: LDAP_SCOPE_ONELEVEL
            case .subtree: LDAP_SCOPE_SUBTREE
            }
        var attributes = search.attributes.map { strdup($0) } + [nil]
        defer { attributes.forEach { free($0) } }
        let code = search.controls.withLibldapControls { controls in
            ldap_search_ext(
                handle,
                search.base,
                Int32(scope),
                search.filter,
                &attributes,
                0,
                controls,
                nil,
                nil,
                Int32(clamping: search.sizeLimit),
                &id
            )
        }
        try check(code, search.summary)
        return id
    }

    /// Waits for the next message of an operation; nil when none came in time.
    func next(of id: Int32, within limit: Duration, _ what: String) throws(DirectoryError) -> DirectoryMessage? {
        var message: OpaquePointer?
        var limit = timeval(limit)
        let type = ldap_result(handle, id, Int32(LDAP_MSG_ONE), &limit, &message)
        defer { if let message { ldap_msgfree(message) } }
        guard type != 0 else { return nil }
        guard type > 0, let message else { throw error(resultCode, what) }
        switch ber_tag_t(type) {
        case LDAP_RES_SEARCH_ENTRY: return .entry(try entry(message, what))
        case LDAP_RES_SEARCH_REFERENCE: return .reference(try reference(message, what))
        case LDAP_RES_INTERMEDIATE: return try information(message, what)
        default: return .done(try result(message, what))
        }
    }

    /// Waits for the answer to the question who this connection is; nil when none came in time. An empty text is nobody.
    func identity(of id: Int32, within limit: Duration) throws(DirectoryError) -> (DirectoryResult, String)? {
        let what = "asking who this connection is"
        var message: OpaquePointer?
        var limit = timeval(limit)
        let type = ldap_result(handle, id, Int32(LDAP_MSG_ALL), &limit, &message)
        defer { if let message { ldap_msgfree(message) } }
        guard type != 0 else { return nil }
        guard type > 0, let message else { throw error(resultCode, what) }
        let result = try result(message, what)
        var identity: UnsafeMutablePointer<berval>?
        defer { ber_bvfree(identity) }
        guard result.code == LDAP_SUCCESS, ldap_parse_whoami(handle, message, &identity) == LDAP_SUCCESS else {
            return (result, "")
        }
        return (result, identity.map { String(decoding: $0.pointee.bytes, as: UTF8.self) } ?? "")
    }

    private var resultCode: Int32 {
        var code: Int32 = 0
        ldap_get_option(handle, LDAP_OPT_RESULT_CODE, &code)
        return code == LDAP_SUCCESS ? LDAP_SERVER_DOWN : code
    }

    private func entry(_ message: OpaquePointer, _ what: String) throws(DirectoryError) -> DirectoryEntry {
        // First of all: reading the attributes ends each of them with a NUL in the message itself, the last where the
        // controls begin.
        var controls: UnsafeMutablePointer<UnsafeMutablePointer<ldapcontrol>?>?
        try check(ldap_get_entry_controls(handle, message, &controls), what)
        let copied = [DirectoryControl](taking: controls)
        var ber: OpaquePointer?
        var name = berval()
        try check(ldap_get_dn_ber(handle, message, &ber, &name), what)
        defer { ber_free(ber, 0) }
        var entry = DirectoryEntry(dn: String(decoding: name.bytes, as: UTF8.self), attributes: [], controls: copied)
        while true {
            var attribute = berval()
            var values: UnsafeMutablePointer<berval>?
            try check(ldap_get_attribute_ber(handle, message, ber, &attribute, &values), what)
            guard attribute.bv_val != nil else { break }
            // The values lie in the message; the list of them is ours.
            defer { ber_memfree(values) }
            var copies: [[UInt8]] = []
            var place = values
            while let value = place, value.pointee.bv_val != nil {
                copies.append(value.pointee.bytes)
                place = value + 1
            }
            entry.attributes.append(
                DirectoryEntry.Attribute(name: String(decoding: attribute.bytes, as: UTF8.self), values: copies)
            )
        }
        return entry
    }

    private func reference(_ message: OpaquePointer, _ what: String) throws(DirectoryError) -> [String] {
        var urls: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
        try check(ldap_parse_reference(handle, message, &urls, nil, 0), what)
        return [String](taking: urls)
    }

    private func information(_ message: OpaquePointer, _ what: String) throws(DirectoryError) -> DirectoryMessage {
        var oid: UnsafeMutablePointer<CChar>?
        var data: UnsafeMutablePointer<berval>?
        try check(ldap_parse_intermediate(handle, message, &oid, &data, nil, 0), what)
        defer {
            ldap_memfree(oid)
            ber_bvfree(data)
        }
        return .information(oid: oid.map { String(cString: $0) } ?? "", value: data?.pointee.bytes ?? [])
    }

    private func result(_ message: OpaquePointer, _ what: String) throws(DirectoryError) -> DirectoryResult {
        var code: Int32 = 0
        var matched: UnsafeMutablePointer<CChar>?
        var diagnostic: UnsafeMutablePointer<CChar>?
        var referrals: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
        var controls: UnsafeMutablePointer<UnsafeMutablePointer<ldapcontrol>?>?
        try check(ldap_parse_result(handle, message, &code, &matched, &diagnostic, &referrals, &controls, 0), what)
        defer {
            ldap_memfree(matched)
            ldap_memfree(diagnostic)
        }
        return DirectoryResult(
            code: code,
            matchedDN: matched.map { String(cString: $0) } ?? "",
            diagnostic: diagnostic.map { String(cString: $0) } ?? "",
            referrals: [String](taking: referrals),
            controls: [DirectoryControl](taking: controls)
        )
    }
}

extension berval {
    fileprivate var bytes: [UInt8] {
        guard let bv_val else { return [] }
        return Array(UnsafeRawBufferPointer(start: bv_val, count: Int(bv_len)))
    }
}

extension [String] {
    /// Copies a list of libldap's, and frees it.
    fileprivate init(taking list: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) {
        self = []
        var place = list
        while let text = place?.pointee {
            append(String(cString: text))
            place = place.map { $0 + 1 }
        }
        if let list {
            var list: UnsafeMutablePointer<UnsafeMutableRawPointer?>? = UnsafeMutableRawPointer(list)
                .assumingMemoryBound(to: UnsafeMutableRawPointer?.self)
            ber_memvfree(list)
            list = nil
        }
    }
}

extension [DirectoryControl] {
    /// Copies the controls of an answer, and frees them.
    fileprivate init(taking controls: UnsafeMutablePointer<UnsafeMutablePointer<ldapcontrol>?>?) {
        self = []
        var place = controls
        while let control = place?.pointee {
            append(
                DirectoryControl(
                    oid: String(cString: control.pointee.ldctl_oid),
                    isCritical: control.pointee.ldctl_iscritical != 0,
                    value: control.pointee.ldctl_value.bytes
                )
            )
            place = place.map { $0 + 1 }
        }
        ldap_controls_free(controls)
    }

    /// Lends the controls in libldap's form.
    fileprivate func withLibldapControls<Result>(
        _ body: (UnsafeMutablePointer<UnsafeMutablePointer<ldapcontrol>?>) -> Result
    ) -> Result {
        var controls = map { control in
            let made = UnsafeMutablePointer<ldapcontrol>.allocate(capacity: 1)
            let value = UnsafeMutablePointer<CChar>.allocate(capacity: Swift.max(1, control.value.count))
            for (index, byte) in control.value.enumerated() { value[index] = CChar(bitPattern: byte) }
            made.initialize(
                to: ldapcontrol(
                    ldctl_oid: strdup(control.oid),
                    ldctl_value: berval(bv_len: ber_len_t(control.value.count), bv_val: value),
                    ldctl_iscritical: control.isCritical ? 1 : 0
                )
            )
            return Optional(made)
        }
        controls.append(nil)
        defer {
            for case let control? in controls {
                free(control.pointee.ldctl_oid)
                control.pointee.ldctl_value.bv_val?.deallocate()
                control.deallocate()
            }
        }
        return controls.withUnsafeMutableBufferPointer { buffer in
            // There is one at least: the end.
            body(buffer.baseAddress.unsafelyUnwrapped)
        }
    }
}
