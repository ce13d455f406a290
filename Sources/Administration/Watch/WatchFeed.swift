internal import Catalog
internal import NIOCore
internal import Synchronization

/// What is told to all who watch. It is encoded once, and all share the same bytes.
///
/// The feed has the last message of each topic and the version at which it changed. So whoever comes late, or is slow, is told what is,
/// not all that was: nobody has a queue that grows.
final class WatchFeed: Sendable {
    /// What a watcher is to be told.
    struct News: Sendable, Equatable {
        /// What the watcher knows then.
        var version: Int
        var bytes: ByteBuffer
    }

    private struct Topic {
        var message: [UInt8]
        var version: Int
    }

    private struct Watcher {
        var signal: AsyncStream<Void>.Continuation
        var disconnect: @Sendable () -> Void
        /// Since when the last bytes it was given are on their way to it.
        var sendingSince: ContinuousClock.Instant?
    }

    private struct State {
        var version = 0
        var topics: [String: Topic] = [:]
        var time: [UInt8] = []
        /// What the last version changed: for all who had the one before.
        var newest = ByteBuffer()
        var watchers: [Int: Watcher] = [:]
        var lastID = 0
        var isClosed = false
    }

    private let state = Mutex(State())
    /// How many may watch.
    private let most: Int
    /// How long a watcher may take for what it is sent.
    private let patience: Duration
    private let arrivals: AsyncStream<Void>.Continuation
    /// Something comes when somebody begins to watch.
    let arrived: AsyncStream<Void>

    init(most: Int = 2_000, patience: Duration = .seconds(10)) {
        (self.most, self.patience) = (most, patience)
        (arrived, arrivals) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    var isWatched: Bool { state.withLock { !$0.watchers.isEmpty } }
    var isFull: Bool { state.withLock { $0.watchers.count >= most } }

    // MARK: - Telling

    /// Tells what of this is new to those who watch, and cuts off those that are too slow.
    ///
    /// - Parameters:
    ///   - topics: the last message of each.
    ///   - time: the message that closes what is told.
    ///   - isHeartbeat: whether something is told even when nothing is new.
    /// - Returns: whether something was told.
    @discardableResult
    func publish(
        _ topics: [String: [UInt8]],
        time: [UInt8],
        isHeartbeat: Bool = false,
        now: ContinuousClock.Instant = .now
    ) -> Bool {
        let (told, slow): (Bool, [Watcher]) = state.withLock { state in
            let slow = state.watchers.filter { $1.sendingSince.map { $0.advanced(by: patience) < now } == true }
            for id in slow.keys { state.watchers[id] = nil }
            let news = topics.filter { state.topics[$0.key]?.message != $0.value }
            state.time = time
            guard !news.isEmpty || isHeartbeat || state.topics.count != topics.count else {
                return (false, Array(slow.values))
            }
            state.version += 1
            let version = state.version
            state.topics = state.topics.filter { topics[$0.key] != nil }
            for (name, message) in news { state.topics[name] = Topic(message: message, version: version) }
            state.newest = Self.buffer(news.sorted { $0.key < $1.key }.map(\.value) + [time])
            for watcher in state.watchers.values { watcher.signal.yield() }
            return (true, Array(slow.values))
        }
        for watcher in slow {
            watcher.signal.finish()
            watcher.disconnect()
        }
        return told
    }

    /// Forgets what it has told: nobody watches, and whoever comes next is to be told nothing old.
    func forget() {
        state.withLock { if $0.watchers.isEmpty { $0.topics = [:] } }
    }

    /// Lets all go, and takes nobody any more.
    func close() {
        let watchers = state.withLock { state in
            state.isClosed = true
            defer { state.watchers = [:] }
            return state.watchers.values.map(\.signal)
        }
        for signal in watchers { signal.finish() }
    }

    // MARK: - Watching

    /// Begins to watch; something comes from `signals` when there may be news.
    ///
    /// - Parameter disconnect: cuts the watcher off, though it is in the midst of being told.
    func join(_ disconnect: @escaping @Sendable () -> Void) -> (id: Int, signals: AsyncStream<Void>) {
        let (signals, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let id = state.withLock { state in
            state.lastID += 1
            if state.isClosed {
                signal.finish()
            } else {
                state.watchers[state.lastID] = Watcher(signal: signal, disconnect: disconnect)
                if !state.topics.isEmpty { signal.yield() }
            }
            return state.lastID
        }
        arrivals.yield()
        return (id, signals)
    }

    func leave(_ id: Int) { state.withLock { $0.watchers[id] = nil } }

    /// What is new since a version; 0 is before all. Until it asks again, the watcher counts as one to whom this is on its way.
    func news(for id: Int, since version: Int, now: ContinuousClock.Instant = .now) -> News? {
        state.withLock { state in
            guard state.watchers[id] != nil else { return nil }
            guard version < state.version, !state.topics.isEmpty else {
                state.watchers[id]?.sendingSince = nil
                return nil
            }
            state.watchers[id]?.sendingSince = now
            if version == state.version - 1, version > 0 { return News(version: state.version, bytes: state.newest) }
            let messages = state.topics.filter { $0.value.version > version }.sorted { $0.key < $1.key }
            return News(version: state.version, bytes: Self.buffer(messages.map(\.value.message) + [state.time]))
        }
    }

    private static func buffer(_ messages: [[UInt8]]) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.reserveCapacity(messages.reduce(0) { $0 + $1.count })
        for message in messages { buffer.writeBytes(message) }
        return buffer
    }
}
