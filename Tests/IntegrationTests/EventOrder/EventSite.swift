import Catalog
import Ingestion
import Redis
import TestSupport
import Testing

/// The real engine after one cycle that made an entity known as its kind says, and a worker whose calls can be held.
struct EventSite {
    static let name = "test"
    static let entity = "subject"

    let kind: EventKind
    let moment: EventMoment
    let engine: TestEngine
    let source: TestSource
    let provider: Provider
    let proxy: FaultyProxy
    /// Its calls go through the proxy.
    let worker: Worker
    /// Entries of the stream before the moment.
    let entriesBefore: Int

    // MARK: - What happens

    /// An event: the entity with this body, or its removal.
    func event(_ title: String?, id: String? = nil) async throws -> LiveEventOutcome {
        try await LiveEvents(store: engine.store, providers: [provider]).apply(
            LiveEvent(
                added: title.map { [TestSource.entity(Self.entity, title: $0)] } ?? [],
                removed: title == nil ? [TestSource.ref(Self.entity)] : [],
                id: id
            ),
            to: Self.name
        )
    }

    /// The one job that is ready or due.
    func claim() async throws -> Job {
        let jobs = try await engine.claim()
        try #require(jobs.count == 1)
        return jobs[0]
    }

    /// Runs the next burst: a page, or the sweep.
    func burst() async throws { await engine.worker.perform(try await claim()) }

    /// Runs the next burst, and `body` while a call of it is held on its way to Redis.
    func burst(
        holding call: CrashCall,
        after earlier: Int = 0,
        _ body: () async throws -> Void
    ) async throws {
        let job = try await claim()
        proxy.hold(.request, after: earlier, where: call.matcher(Scripts.all))
        async let performed: Void = worker.perform(job)
        // Also when the test fails.
        defer { proxy.letGo() }
        try await eventually { proxy.isHolding }
        try await body()
        proxy.letGo()
        await performed
    }

    /// Runs the cycle to its end; a sweep that its guard holds is approved.
    func finishCycle() async throws {
        try await engine.runCycle(Self.name)
        guard try await engine.operations.status(of: Self.name).phase == .held else { return }
        try await engine.operations.approveSweep(Self.name)
        try await engine.runCycle(Self.name)
    }

    func runCycle(listing title: String?) async throws {
        source.list(moment.list(with: title))
        try await engine.operations.start(Self.name)
        try await finishCycle()
    }

    // MARK: - What is there then

    /// What the stream says of the entity since the moment: the title of a body, `-` for a removal.
    func history() async throws -> [String] {
        let ref = TestSource.ref(Self.entity)
        return try await engine.deltas(of: Self.name).dropFirst(entriesBefore).flatMap { delta in
            try delta.added.filter { $0.entity.ref.string == ref }.map {
                try JSON(parsing: $0.entity.body)["metadata"]?["title"]?.string ?? "no title"
            } + delta.removed.filter { $0.entityRef.string == ref }.map { _ in "-" }
        }
    }

    /// Expects a state of the entity in Redis and at the end of the stream.
    func check(is title: String?, keepsDigest: Bool = true) async throws {
        let (redis, keys, ref) = (engine.store.redis, engine.store.keys(of: Self.name), TestSource.ref(Self.entity))
        let catalog = try await engine.catalog(of: Self.name)
        #expect(catalog[ref]?["metadata"]?["title"]?.string == title)
        let body = try title.map {
            try PreparedEvent(LiveEvent(added: [TestSource.entity(Self.entity, title: $0)]), of: provider).added[0]
        }
        let digest = try await redis.call("HGET", keys.digests, ref).bytes
        #expect(digest == (keepsDigest ? body?.digest.bytes : nil))
        let generation = try await engine.operations.status(of: Self.name).generation
        for older in 0...generation {
            let isMember = try await redis.call("SISMEMBER", keys.seen(older), ref).int
            #expect(isMember == (title != nil && older == generation ? 1 : 0), "generation \(older) of \(generation)")
        }
        #expect(try await redis.call("EXISTS", keys.touched).int == 0)
        #expect(try await engine.violations(of: Self.name) == [])
    }
}

/// Runs `body` with the entity known as `kind` says.
func withEventSite(_ kind: EventKind, _ moment: EventMoment, _ body: (EventSite) async throws -> Void) async throws {
    let source = TestSource([moment.list(with: kind.known)], pageSize: moment.pageSize)
    let provider = Provider.test(EventSite.name, source) {
        $0.burstLength = .zero
        if moment == .heldApproved || moment == .heldDiscarded { $0.rejectRemovalsAbovePercentage = 0 }
    }
    try await withEngine([provider]) { engine in
        try await engine.runCycle(EventSite.name)
        let entries = try await engine.deltas(of: EventSite.name).count
        try await withFaultyProxy(to: engine.store.redis.configuration) { proxy in
            try await withRedisClient(proxy.configuration) { client in
                var held = provider
                // A burst of no length reads no page ahead.
                if moment == .readAhead { held.burstLength = .seconds(60) }
                let time = engine.time
                let store = Store(redis: client, clockOffset: { time.milliseconds })
                try await body(
                    EventSite(
                        kind: kind,
                        moment: moment,
                        engine: engine,
                        source: source,
                        provider: provider,
                        proxy: proxy,
                        worker: try Worker(store: store, providers: [held], logger: .quiet),
                        entriesBefore: entries
                    )
                )
            }
        }
    }
}
