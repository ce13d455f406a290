import Synchronization
import TestSupport

/// A clock on which a short sleep moves time, that of Redis as well, and a long one waits for it to be moved.
final class EagerClock: Clock {
    struct Instant: InstantProtocol {
        var offset: Duration

        func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - offset }
        static func < (one: Instant, other: Instant) -> Bool { one.offset < other.offset }
    }

    private struct State {
        var now = Duration.zero
        var sleepers: [Int: (until: Duration, continuation: CheckedContinuation<Void, Never>)] = [:]
        var lastID = 0
    }

    private let time: TestTime
    private let longestShort: Duration
    private let state = Mutex(State())

    init(_ time: TestTime, movedByUpTo longestShort: Duration) {
        (self.time, self.longestShort) = (time, longestShort)
    }

    var now: Instant { Instant(offset: state.withLock { $0.now }) }
    var minimumResolution: Duration { .milliseconds(1) }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        let wait = now.duration(to: deadline)
        guard wait > longestShort else { return move(by: wait) }
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDue = state.withLock { state in
                    guard state.now < deadline.offset, !Task.isCancelled else { return true }
                    state.sleepers[id] = (deadline.offset, continuation)
                    return false
                }
                if isDue { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.sleepers.removeValue(forKey: id) }?.continuation.resume()
        }
        try Task.checkCancellation()
    }

    private func move(by wait: Duration) {
        time.advance(by: wait)
        let due = state.withLock { state in
            state.now += max(.zero, wait)
            let due = state.sleepers.filter { $0.value.until <= state.now }
            for id in due.keys { state.sleepers[id] = nil }
            return due.values.map(\.continuation)
        }
        for continuation in due { continuation.resume() }
    }
}
