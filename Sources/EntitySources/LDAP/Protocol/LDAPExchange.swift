/// Whole operations on a handle, each within its time limit and until it is cancelled; on the connection's thread.
struct LDAPExchange {
    let settings: LDAPConnectionSettings
    let server: LDAPURL
    let isCancelled: @Sendable () -> Bool

    /// Connects, encrypts, and binds.
    func open() throws(DirectoryError) -> LDAPHandle {
        let handle = try LDAPHandle.make(
            server,
            tls: server.scheme == .tls || settings.startTLS ? settings.trust : nil,
            connectTimeout: settings.connectTimeout
        )
        if settings.startTLS, server.scheme == .plain {
            let id = try handle.sendStartTLS()
            let result = try result(of: id, on: handle, "StartTLS")
            guard result.code == ResultCode.success else {
                throw DirectoryError("StartTLS", at: server.text, result)
            }
            try handle.installTLS()
        }
        let name = settings.authentication.name
        let result = try result(of: try handle.sendBind(settings.authentication), on: handle, name)
        guard result.code == ResultCode.success else { throw DirectoryError(name, at: server.text, result) }
        try checkIdentity(handle)
        return handle
    }

    /// A server may take a bind and let it be nobody's, who sees less.
    private func checkIdentity(_ handle: borrowing LDAPHandle) throws(DirectoryError) {
        guard settings.authentication != .anonymous else { return }
        let id = try handle.sendWhoAmI()
        let deadline = ContinuousClock.now + settings.connectTimeout
        while true {
            if let (result, identity) = try handle.identity(of: id, within: LDAPConnection.pollInterval) {
                // Not every server knows the question.
                guard result.code == ResultCode.success, identity.isEmpty else { return }
                throw DirectoryError(
                    .result(ResultCode.invalidCredentials),
                    "\(settings.authentication.name) at \(server.text): the server takes it as anonymous, which sees less"
                )
            }
            try checkTime(
                deadline,
                id,
                handle,
                "asking who this connection is",
                settings.connectTimeout,
                "connectTimeout"
            )
        }
    }

    private func result(
        of id: Int32,
        on handle: borrowing LDAPHandle,
        _ what: String
    ) throws(DirectoryError) -> DirectoryResult {
        let deadline = ContinuousClock.now + settings.connectTimeout
        while true {
            if case .done(let result)? = try handle.next(of: id, within: LDAPConnection.pollInterval, what) {
                return result
            }
            try checkTime(deadline, id, handle, what, settings.connectTimeout, "connectTimeout")
        }
    }

    /// All messages of the answer to a search that was sent.
    func answer(
        to search: DirectorySearch,
        _ id: Int32,
        on handle: borrowing LDAPHandle,
        _ isEnough: (DirectoryMessage) -> Bool
    ) throws(DirectoryError) -> DirectoryAnswer {
        var answer = DirectoryAnswer()
        var bytes = 0
        var deadline = ContinuousClock.now + settings.searchTimeout
        while true {
            let next = try handle.next(of: id, within: LDAPConnection.pollInterval, search.summary)
            try checkTime(
                next == nil ? deadline : nil,
                id,
                handle,
                search.summary,
                settings.searchTimeout,
                "searchTimeout"
            )
            guard let message = next else { continue }
            deadline = ContinuousClock.now + settings.searchTimeout
            switch message {
            case .entry(let entry):
                answer.entries.append(entry)
                bytes += entry.byteCount
            case .reference(let urls): answer.references.append(urls)
            case .information(let oid, let value):
                if oid == DirectoryControl.syncInfo { answer.information.append(value) }
            case .done(let result):
                answer.result = result
                return answer
            }
            guard !isEnough(message) else {
                handle.abandon(id)
                return answer
            }
            let isMore = answer.entries.count > search.mostEntries
            guard !isMore, bytes <= settings.mostBytes else {
                handle.abandon(id)
                let limit = isMore ? "\(search.mostEntries) entries" : "\(settings.mostBytes) bytes"
                throw DirectoryError(
                    .result(ResultCode.adminLimitExceeded),
                    "\(search.summary) at \(server.text): the answer has more than \(limit); ask for smaller pages (pageSize)"
                )
            }
        }
    }

    private func checkTime(
        _ deadline: ContinuousClock.Instant?,
        _ id: Int32,
        _ handle: borrowing LDAPHandle,
        _ what: String,
        _ limit: Duration,
        _ name: String
    ) throws(DirectoryError) {
        if isCancelled() {
            handle.abandon(id)
            throw DirectoryError(.cancelled, "\(what) was cancelled")
        }
        guard let deadline, ContinuousClock.now > deadline else { return }
        handle.abandon(id)
        throw DirectoryError(.timeout, "\(what) at \(server.text): no answer within \(limit) (\(name))")
    }
}

extension LDAPSource.Authentication {
    /// What binding is called in messages.
    fileprivate var name: String {
        switch self {
        case .anonymous: "the anonymous bind"
        case .simple(let dn, _): "the bind as \(dn)"
        case .external: "the bind by SASL EXTERNAL"
        }
    }
}
