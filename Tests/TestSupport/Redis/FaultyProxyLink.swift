internal import Synchronization

/// What both directions of one connection through a faulty proxy share.
final class FaultyProxyLink: Sendable {
    private let losing = Atomic(false)

    var losesReply: Bool {
        get { losing.load(ordering: .relaxed) }
        set { losing.store(newValue, ordering: .relaxed) }
    }
}
