internal import NIOCore
internal import Synchronization

/// What both directions of one connection through a faulty proxy share.
final class FaultyProxyLink: Sendable {
    /// One call that is to be held, or was.
    struct Watched {
        var position: CallPosition
        /// How many replies come before its own.
        var repliesBefore: Int
    }

    struct State {
        var losesReply = false
        /// A reply was swallowed.
        var isHalfOpen = false
        /// When the last reply goes, or went, on.
        var lastReply = NIODeadline.uptimeNanoseconds(0)
        var requests = 0
        var replies = 0
        var watched: Watched?
        /// What is held, of the direction that is.
        var held: [ByteBuffer]?
    }

    private let state = Mutex(State())

    func withState<Result>(_ body: (inout sending State) -> sending Result) -> sending Result {
        state.withLock { body(&$0) }
    }
}
