internal import Synchronization

/// The status that the parts of a consumer write and others read.
final class StatusBoard: Sendable {
    private let status = Mutex(ConsumerStatus())

    var current: ConsumerStatus {
        status.withLock { $0 }
    }

    func discovered() {
        status.withLock { $0.lastDiscovery = .now }
    }

    func update(_ provider: String, _ change: (inout ConsumerStatus.Provider) -> Void) {
        status.withLock { change(&$0.providers[provider, default: ConsumerStatus.Provider()]) }
    }

    /// A read was answered with `entries`, which are stored by now.
    func progressed(_ provider: String, entries: Int, last: StreamEntryID?) {
        update(provider) { status in
            status.state = .consuming
            status.error = nil
            status.lastRead = .now
            status.entries += entries
            status.lastEntryID = last ?? status.lastEntryID
        }
    }
}
