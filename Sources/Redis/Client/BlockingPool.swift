internal import NIOCore
internal import Synchronization

/// Connections for commands that block: each runs one command at a time, and is closed, never reused, when its command
/// was given up.
final class BlockingPool: Sendable {
    private typealias Waiter = CheckedContinuation<Result<RedisConnection?, RedisError>, Never>

    private struct State {
        var places: BlockingPoolState<RedisConnection, Waiter>
        var leased: [ObjectIdentifier: RedisConnection] = [:]
    }

    private let connector: RedisConnector
    private let shared: SharedConnection
    private let state: Mutex<State>
    private let lastID = Atomic<UInt64>(0)

    init(_ connector: RedisConnector, _ shared: SharedConnection) {
        self.connector = connector
        self.shared = shared
        state = Mutex(State(places: BlockingPoolState(limit: connector.configuration.maximumBlockingConnections)))
    }

    /// - Parameter timeout: for the replies, from when the commands are written.
    func execute(_ commands: [RedisCommand], timeout: Duration) async throws(RedisError) -> [RESPValue] {
        var connection = try await lease()
        let reply: RedisReply
        do throws(RedisError) {
            let open = try await opened(connection)
            connection = open
            reply = try await open.execute(RedisRequest.Content(commands, timeout: timeout)) { [self] handler, id in
                Unblocking(request: id, on: handler, connector, shared).begin()
            }
        } catch {
            release(connection, isReusable: false)
            throw error
        }
        // Once cancelled, an unblocking may still be on its way: it must not reach the next command.
        release(connection, isReusable: !Task.isCancelled)
        if Task.isCancelled, reply == .one(.null) {
            throw .cancelled()
        }
        return reply.values
    }

    /// Closes the connections to other servers, when this one has become the master.
    func closeConnections(elsewhereThan address: RedisAddress) {
        let connections = state.withLock { state in
            state.places.removeResting { $0.address != address } + state.leased.values.filter { $0.address != address }
        }
        for connection in connections {
            connection.close(.connectionClosed(connection.address, because: "\(address) is the master now"))
        }
    }

    /// Closes every connection, those in use too.
    func close() {
        let (waiters, connections) = state.withLock { state in
            let (waiters, resting) = state.places.close()
            return (waiters, resting + state.leased.values)
        }
        for waiter in waiters {
            waiter.resume(returning: .failure(.shutdown()))
        }
        for connection in connections {
            connection.close(.shutdown())
        }
    }

    // MARK: - Places

    private func lease() async throws(RedisError) -> RedisConnection? {
        guard !Task.isCancelled else { throw .cancelled() }
        let id = lastID.wrappingAdd(1, ordering: .relaxed).newValue
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                lease(id: id, continuation)
            }
        } onCancel: {
            abandon(id: id, .cancelled())
        }
        return try result.get()
    }

    private func lease(id: UInt64, _ continuation: Waiter) {
        switch state.withLock({ $0.places.lease(id: id, waiter: continuation) }) {
        case .use(let connection):
            continuation.resume(returning: .success(connection))
        case .refuse:
            continuation.resume(returning: .failure(.shutdown()))
        case .wait:
            giveUp(id: id, after: connector.configuration.commandTimeout)
            // A cancellation before this line went unheard: nobody waited yet.
            if Task.isCancelled {
                abandon(id: id, .cancelled())
            }
        }
    }

    private func giveUp(id: UInt64, after timeout: Duration) {
        let limit = connector.configuration.maximumBlockingConnections
        connector.eventLoop.scheduleTask(deadline: .after(timeout)) { [weak self] in
            let error = RedisError(
                .connectionFailed,
                "All \(limit) connections for blocking commands are in use; raise maximumBlockingConnections."
            )
            self?.abandon(id: id, error)
        }
    }

    private func abandon(id: UInt64, _ error: RedisError) {
        state.withLock { $0.places.abandon(id: id) }?.resume(returning: .failure(error))
    }

    // MARK: - Connections

    private func opened(_ resting: RedisConnection?) async throws(RedisError) -> RedisConnection {
        let connection = if let resting, resting.isOpen { resting } else { try await connector.connect() }
        let isClosed = state.withLock { state in
            if !state.places.isClosed {
                state.leased[ObjectIdentifier(connection)] = connection
            }
            return state.places.isClosed
        }
        if isClosed {
            connection.close(.shutdown())
            throw .shutdown()
        }
        return connection
    }

    private func release(_ connection: RedisConnection?, isReusable: Bool) {
        let next = state.withLock { state in
            if let connection {
                state.leased[ObjectIdentifier(connection)] = nil
            }
            return state.places.release(isReusable ? connection : nil)
        }
        if !isReusable {
            connection?.close(.shutdown())
        }
        if let (waiter, connection) = next {
            waiter.resume(returning: .success(connection))
        }
    }
}
