internal import Dispatch
internal import Synchronization

/// A connection to a directory, on a thread of its own: libldap blocks, and neither the event loops nor the threads that tasks
/// run on may wait for it.
///
/// A task that is cancelled stops waiting at once; the operation is abandoned within ``pollInterval``, a connection that is
/// being made when its time limit ends.
final class LDAPConnection: Sendable {
    /// How long a wait for a message may last before cancellation is looked at.
    static let pollInterval = Duration.milliseconds(50)

    let server: LDAPURL
    private let settings: LDAPConnectionSettings
    private let queue = DispatchQueue(label: "tidemark.ldap")
    private let handle = Mutex<LDAPHandle?>(nil)

    private init(_ server: LDAPURL, _ settings: LDAPConnectionSettings) {
        self.server = server
        self.settings = settings
    }

    /// Connects and binds to the first server that can be reached.
    static func open(_ settings: LDAPConnectionSettings) async throws -> LDAPConnection {
        var failures: [DirectoryError] = []
        for server in settings.servers {
            let connection = LDAPConnection(server, settings)
            do {
                try await connection.connect()
                return connection
            } catch let error as DirectoryError {
                failures.append(error)
                // Whom one server refuses, the next would refuse as well.
                if case .result(let code) = error.code, !ResultCode.isOutage(code) { throw error }
            }
        }
        let code = failures.last?.code ?? .unreachable
        throw DirectoryError(code, failures.map(\.message).joined(separator: "; "))
    }

    /// Reads the whole answer to a search.
    ///
    /// - Parameter isEnough: after a message for which it is true, the rest is given up.
    func answer(
        to search: DirectorySearch,
        until isEnough: @escaping @Sendable (DirectoryMessage) -> Bool = { _ in false }
    ) async throws -> DirectoryAnswer {
        try await perform { [settings, server] handle, call in
            let exchange = LDAPExchange(settings: settings, server: server) { call.isCancelled }
            let id = try handle.send(search)
            return try exchange.answer(to: search, id, on: handle, isEnough)
        }
    }

    /// Reads the answers to several searches, which are all sent before the first is read.
    func answers(to searches: [DirectorySearch]) async throws -> [DirectoryAnswer] {
        try await perform { [settings, server] handle, call in
            let exchange = LDAPExchange(settings: settings, server: server) { call.isCancelled }
            var sent: [Int32] = []
            for search in searches { sent.append(try handle.send(search)) }
            var answers: [DirectoryAnswer] = []
            for (search, id) in zip(searches, sent) {
                answers.append(try exchange.answer(to: search, id, on: handle) { _ in false })
            }
            return answers
        }
    }

    /// Ends the connection, on its own thread: nobody waits for it.
    func close() {
        queue.async { self.handle.withLock { $0 = nil } }
    }

    private func connect() async throws {
        let call = BlockingCall<Void>()
        try await call.wait {
            queue.async { [self] in
                call.finish(
                    Result {
                        try handle.withLock { handle in
                            let exchange = LDAPExchange(settings: settings, server: server) { call.isCancelled }
                            handle = try exchange.open()
                        }
                    }
                )
            }
        }
    }

    private func perform<Value: Sendable>(
        _ body: @escaping @Sendable (borrowing LDAPHandle, BlockingCall<Value>) throws -> Value
    ) async throws -> Value {
        let call = BlockingCall<Value>()
        return try await call.wait {
            queue.async { [self] in
                call.finish(
                    Result {
                        try handle.withLock { handle in
                            guard let value = try handle?.lend({ try body($0, call) }) else {
                                throw DirectoryError(.unreachable, "the connection to \(server.text) is closed")
                            }
                            return value
                        }
                    }
                )
            }
        }
    }
}
