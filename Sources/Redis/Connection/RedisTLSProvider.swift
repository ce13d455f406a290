internal import Synchronization

/// Reads the certificates once, not for each connection: the system's authorities alone take a megabyte.
final class RedisTLSProvider: Sendable {
    private let tls: RedisTLS
    private let context = Mutex<RedisTLSContext?>(nil)

    init(_ tls: RedisTLS) {
        self.tls = tls
    }

    func get() throws(RedisError) -> RedisTLSContext {
        if let context = context.withLock({ $0 }) {
            return context
        }
        let made = try RedisTLSContext(tls)
        context.withLock { $0 = made }
        return made
    }

    /// Has the certificates read again next time: they may have been renewed.
    func forget() {
        context.withLock { $0 = nil }
    }
}
