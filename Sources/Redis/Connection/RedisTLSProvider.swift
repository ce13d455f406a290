internal import Synchronization

/// Reads the certificates once, not for each connection: the system's authorities alone take a megabyte.
final class RedisTLSProvider: Sendable {
    private let tls: RedisTLS
    private let address: RedisAddress
    private let context = Mutex<RedisTLSContext?>(nil)

    init(_ tls: RedisTLS, address: RedisAddress) {
        self.tls = tls
        self.address = address
    }

    func get() throws(RedisError) -> RedisTLSContext {
        if let context = context.withLock({ $0 }) {
            return context
        }
        let made = try RedisTLSContext(tls, address: address)
        context.withLock { $0 = made }
        return made
    }

    /// Has the certificates read again next time: they may have been renewed.
    func forget() {
        context.withLock { $0 = nil }
    }
}
