import Catalog
import Redis
import Synchronization
import TestSupport

@testable import CatalogConsumer
@testable import Ingestion

/// One sequence of steps, on the real scripts and on the model.
struct Run {
    /// What a worker has in its hands.
    struct Held {
        var job: Job
        /// The event sequence that it knew before the one that it knows now.
        var earlier: Int64
        /// What its build knows.
        var by: Step.Worker
    }

    /// A worker's turn at what changed, and whose.
    struct Turn {
        let provider: String
        var turn: PollTurn
    }

    struct Purging {
        let name: String
        var steps: Purge
        /// How many of them have published.
        var made: Int64 = 0
    }

    /// A fresh Redis, and the names of its providers.
    let store: Store
    /// The same, as the next build sees it: its jobs are of version 2.
    let newer: Store
    /// The same, of a worker that has another plan.
    let other: Store
    let texts: Texts
    let clock: VirtualClock
    var model: Model
    var camera: Camera
    var invariants: Invariants
    var holders: [Step.Holder: Held] = [:]
    /// The newest last.
    var order: [Step.Holder] = []
    var purges: [Int: Purging] = [:]
    var turns: [Step.Holder: Turn] = [:]
    /// Everything as it was when a backup was made.
    struct Backup {
        var model: Model
        var camera: Camera
        var invariants: Invariants
        var catalogs: [String: WalkCatalog.State]
        var positions: [String: Int]
    }

    var backup: Backup?
    /// By provider and group.
    var catalogs: [String: WalkCatalog] = [:]
    /// The number of the last entry that each has stored.
    var positions: [String: Int] = [:]
    /// What each worker was answered last when it registered a provider, by `WORKER NAME`; and just now.
    var registered: [String: Registration] = [:]
    var answered: (String, Registration)?
    var before = Snapshot()

    static let lease: Int64 = 30_000
    static let rest: Int64 = 100_000
    static let next = FormatVersions(
        jobs: 2,
        entries: FormatVersions.current.entries,
        layout: FormatVersions.current.layout
    )

    init(redis: RedisClient, lanes: Int, providers: [String], texts: Texts) async throws {
        _ = try await redis.call("FLUSHALL")
        let clock = VirtualClock()
        self.clock = clock
        self.texts = texts
        func makeStore(_ versions: FormatVersions, _ worker: Step.Worker) -> Store {
            var store = Store(
                redis: redis,
                lanes: lanes,
                versions: versions,
                clockOffset: { clock.now },
                makeJobID: { clock.makeID($0) },
                variant: { texts.text(of: $0) }
            )
            store.worker = worker.rawValue
            return store
        }
        store = makeStore(.current, .current)
        newer = makeStore(Self.next, .newer)
        other = makeStore(.current, .other)
        let store = store
        model = Model(
            laneOf: Dictionary(
                uniqueKeysWithValues: providers.map { name in
                    (name, (0..<lanes).first { store.lane($0) == store.lane(of: name) } ?? 0)
                }
            )
        )
        camera = Camera(redis: redis)
        invariants = Invariants(store: store, laneOf: model.laneOf)
    }

    /// By what a holder calls.
    func store(of held: Held) -> Store { store(of: held.by) }

    func store(of worker: Step.Worker) -> Store {
        switch worker {
        case .current: store
        case .newer: newer
        case .other: other
        }
    }

    static func plan(of worker: Step.Worker) -> JSON { worker == .other ? "other" : .null }

    /// The plans that there are, of all providers.
    var plans: [String] {
        let names = model.laneOf.keys.sorted()
        return names.flatMap { name in
            [Step.Worker.current, .other].flatMap { Self.providers(name, of: $0).map(\.plan) }
        }
    }

    var operations: Operations { Operations(store: store) }

    func stream(_ provider: String, _ group: String) -> DeltaStream {
        let keys = ConsumerKeys(prefix: store.prefix).provider(
            provider,
            lane: model.laneOf[provider] ?? 0,
            group: group
        )
        return DeltaStream(redis: store.redis, keys: keys, group: group, holder: "model")
    }

    /// What came of a step; nil when its subject does not exist.
    struct Result {
        var reply: String
        /// Whether anything was done.
        var isApplied: Bool
    }

    /// Makes one step in both worlds. Throws a ``Difference`` when they are not the same afterwards.
    mutating func make(_ step: Step, number: Int) async throws -> Result? {
        clock.begin(step: number)
        model.begin(step: number)
        texts.sent.empty()
        if case .advance(let seconds) = step {
            clock.advance(by: Int64(seconds) * 1_000)
            model.now = clock.now
            return Result(reply: "", isApplied: true)
        }
        if case .restore = step {
            // It takes time: fences go by the clock.
            clock.advance(by: 1)
            model.now = clock.now
        }
        let (held, asking) = (holders, turns)
        let real: String?
        do {
            real = try await perform(step, number: number)
        } catch let error as RedisError where error.code == .server {
            throw Difference(step: number, what: "the script fails: \(error)")
        } catch let error as ConsumerError {
            throw Difference(step: number, what: "the catalog cannot go on: \(error)")
        }
        guard let real else { return nil }
        let snapshot = try await camera.take()
        learnLags(from: snapshot)
        let expected = apply(step, number: number, held, asking)
        switch step {
        case .event, .restore: learnLags(from: snapshot)
        default: break
        }
        guard real == expected else {
            throw Difference(step: number, what: "the answer is `\(real)`, and `\(expected)` in the model")
        }
        try compare(snapshot, number)
        learn(from: step, reply: real)
        if case .restore = step { invariants = backup?.invariants ?? invariants }
        if let (key, answer) = answered { registered[key] = answer }
        answered = nil
        let isChanged = snapshot.lines != before.lines
        var worker: Step.Worker?
        if case .commit(let holder, _) = step { worker = held[holder]?.by }
        var violations = invariants.check(snapshot, isChanged: isChanged, step: step, by: worker, reply: real)
        if case .consume(let name, let group) = step, let catalog = catalogs["\(name) \(group)"] {
            violations += invariants.check(catalog.state, of: name, snapshot)
        }
        if let violation = violations.first { throw Difference(step: number, what: "invariant: " + violation) }
        before = snapshot
        return Result(reply: real, isApplied: isChanged)
    }

    private func compare(_ snapshot: Snapshot, _ number: Int) throws {
        for (name, state) in model.providers {
            let entries = snapshot.entries[store.keys(of: name).deltas] ?? []
            guard entries == state.fresh else {
                throw Difference(step: number, what: "published \(entries), and \(state.fresh) in the model")
            }
        }
        let (real, expected) = (snapshot.lines, model.lines(of: store).sorted())
        guard real != expected else { return }
        let more = Set(real).subtracting(expected).sorted()
        let less = Set(expected).subtracting(real).sorted()
        throw Difference(
            step: number,
            what: (more.map { "Redis: \($0)" } + less.map { "model: \($0)" }).joined(separator: "\n")
        )
    }

    /// Whether Redis can tell how far a group is behind is a matter of Redis; how far it is, of the model.
    mutating func learnLags(from snapshot: Snapshot) {
        for (name, state) in model.providers {
            for group in state.stream.groups.keys {
                let start = "\(store.keys(of: name).deltas) \(group) lag ?"
                model[name].stream.groups[group]?.lagIsKnown = !snapshot.lines.contains { $0.hasPrefix(start) }
            }
        }
    }
}

/// Where Redis and the model part.
struct Difference: Error {
    var step: Int
    var what: String
}

/// Time, and the ids of jobs, as a sequence of steps makes them.
final class VirtualClock: Sendable {
    private let state = Mutex((now: Int64(1_000_000_000), step: 0, made: 0))

    var now: Int64 { state.withLock { $0.now } }

    func advance(by milliseconds: Int64) { state.withLock { $0.now += milliseconds } }

    func begin(step: Int) {
        state.withLock {
            $0.step = step
            $0.made = 0
        }
    }

    func makeID(_ provider: String) -> String {
        state.withLock {
            $0.made += 1
            return "\(provider):\($0.step)-\($0.made)"
        }
    }
}

extension Job {
    /// All of it in one line.
    var summary: String {
        let cursor = cursor.map { String(decoding: $0, as: UTF8.self) } ?? "-"
        return """
            \(id) \(kind.rawValue) \(generation) \(previous) \(fence) \(sequence) \(attempts) \(pages) \(cursor) \(events) \
            \(isLedByKeptPage)
            """
    }
}
