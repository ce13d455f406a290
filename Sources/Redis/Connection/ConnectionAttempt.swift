internal import NIOCore
internal import Synchronization

/// The channels of one attempt to connect, so that cancelling it closes them. A host name can stand for several
/// addresses, which are tried side by side.
final class ConnectionAttempt: Sendable {
    private struct State {
        var channels: [any Channel] = []
        var isCancelled = false
    }

    private let state = Mutex(State())

    func add(_ channel: any Channel) throws(RedisError) {
        let isCancelled = state.withLock { state in
            state.channels.append(channel)
            return state.isCancelled
        }
        if isCancelled {
            throw .cancelled()
        }
    }

    func cancel() {
        let channels = state.withLock { state in
            state.isCancelled = true
            return state.channels
        }
        for channel in channels {
            channel.close(promise: nil)
        }
    }
}
