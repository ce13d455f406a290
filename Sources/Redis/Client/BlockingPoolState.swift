/// The places of a pool: which connections rest, who holds one, who waits for one.
struct BlockingPoolState<Connection, Waiter> {
    enum LeaseAction {
        /// The caller holds a place; without a connection, it opens one.
        case use(Connection?)
        case wait
        /// The pool is closed.
        case refuse
    }

    private let limit: Int
    private var resting: [Connection] = []
    private var placesTaken = 0
    private var waiters: [(id: UInt64, waiter: Waiter)] = []
    private(set) var isClosed = false

    init(limit: Int) {
        self.limit = max(1, limit)
    }

    /// Takes a place for a caller, or puts it in line.
    mutating func lease(id: UInt64, waiter: Waiter) -> LeaseAction {
        guard !isClosed else { return .refuse }
        guard placesTaken < limit else {
            waiters.append((id, waiter))
            return .wait
        }
        placesTaken += 1
        return .use(resting.popLast())
    }

    /// - Returns: who gets the place, and with it the connection that may come with it.
    mutating func release(_ connection: Connection?) -> (Waiter, Connection?)? {
        if !waiters.isEmpty {
            return (waiters.removeFirst().waiter, connection)
        }
        placesTaken -= 1
        if !isClosed, let connection {
            resting.append(connection)
        }
        return nil
    }

    /// - Returns: nil when that waiter has got its place already.
    mutating func abandon(id: UInt64) -> Waiter? {
        guard let index = waiters.firstIndex(where: { $0.id == id }) else { return nil }
        return waiters.remove(at: index).waiter
    }

    mutating func removeResting(where isUnwanted: (Connection) -> Bool) -> [Connection] {
        defer { resting.removeAll(where: isUnwanted) }
        return resting.filter(isUnwanted)
    }

    mutating func close() -> (waiters: [Waiter], resting: [Connection]) {
        isClosed = true
        defer {
            waiters = []
            resting = []
        }
        return (waiters.map(\.waiter), resting)
    }
}
