internal import TestSupport

/// A process of Tidemark, and the proxy between it and Redis.
struct Member: Sendable {
    let process: Supervised
    let proxy: FaultyProxy

    /// Ends every fault of its connections.
    func heal() {
        proxy.refuseConnections(false)
        proxy.delayReplies(by: .zero)
        proxy.swallowReplies(false)
        // What waits on a connection that is half-open would wait for its time to run out.
        proxy.cutConnections()
    }
}
