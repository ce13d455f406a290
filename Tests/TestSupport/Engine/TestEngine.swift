package import Catalog
package import Ingestion
package import Logging
package import Metrics
internal import Redis

/// The real engine on a private Redis, driven step by step: nothing runs but what the test runs.
package struct TestEngine: Sendable {
    package let store: Store
    package let time: TestTime
    package let worker: Worker
    package let settings: WorkerSettings

    package init(store: Store, time: TestTime, worker: Worker, settings: WorkerSettings) {
        (self.store, self.time, self.worker, self.settings) = (store, time, worker, settings)
    }

    package var operations: Operations { Operations(store: store) }

    /// Another worker over the same Redis and providers, which are not registered yet.
    package func anotherWorker(_ providers: [Provider]) throws -> Worker {
        try Worker(store: store, providers: providers, settings: settings, logger: .quiet)
    }

    /// The same engine as another worker sees it, which has just started.
    package func starting(_ providers: [Provider]) async throws -> TestEngine {
        let worker = try anotherWorker(providers)
        try await worker.register()
        return TestEngine(store: worker.store, time: time, worker: worker, settings: settings)
    }

    /// Claims what is ready or due.
    package func claim(_ count: Int = 100) async throws -> [Job] {
        var jobs: [Job] = []
        for lane in 0..<store.lanes {
            jobs += try await store.claim(count, on: store.lane(lane), lease: settings.lease).jobs
        }
        return jobs
    }

    /// Runs bursts until nothing is ready or due.
    package func drain() async throws {
        var isDone = false
        while !isDone {
            isDone = true
            for lane in 0..<store.lanes {
                let claim = try await store.claim(100, on: store.lane(lane), lease: settings.lease)
                if !claim.jobs.isEmpty || claim.due == .zero { isDone = false }
                for spoiled in claim.spoiled { await worker.setAside(spoiled) }
                for job in claim.jobs { await worker.perform(job) }
            }
        }
    }

    /// Runs bursts, moving time past every pause between bursts, until the provider's cycle has ended.
    package func runCycle(_ provider: String, mostBursts: Int = 1_000) async throws {
        for _ in 0..<mostBursts {
            try await drain()
            let status = try await operations.status(of: provider)
            switch status.phase {
            case .starting, .running, .sweeping: time.advance(by: .seconds(4))
            default: return
            }
        }
    }

    /// Starts another cycle now and runs it.
    package func runAnotherCycle(_ provider: String) async throws {
        try await operations.start(provider)
        try await runCycle(provider)
    }

    /// All entries of the provider's stream.
    package func deltas(of provider: String) async throws -> [Delta] { try await store.deltas(of: provider) }

    /// The catalog at the end of the stream: bodies by ref.
    package func catalog(of provider: String) async throws -> [String: JSON] { try await store.catalog(of: provider) }

    /// The titles of the invariants that do not hold, with an example each.
    package func violations(of provider: String) async throws -> [String] {
        try await Verifier(store: store).verify(provider).checks
            .filter { $0.violations > 0 }
            .map { "\($0.title): \($0.examples.first ?? "")" }
    }
}

/// Runs a test with the engine on a private Redis. The providers are registered; nothing has been read yet.
package func withEngine(
    _ providers: [Provider],
    settings: WorkerSettings = WorkerSettings(),
    lanes: Int = 1,
    metrics: any MetricsFactory = NOOPMetricsHandler.instance,
    _ body: (TestEngine) async throws -> Void
) async throws {
    try await withRedis { redis in
        let time = TestTime()
        let store = Store(redis: redis.client, lanes: lanes, clockOffset: { time.milliseconds })
        let worker = try Worker(
            store: store,
            providers: providers,
            settings: settings,
            metrics: metrics,
            logger: .quiet
        )
        try await worker.register()
        try await body(TestEngine(store: worker.store, time: time, worker: worker, settings: settings))
    }
}

extension Provider {
    /// A provider whose bursts follow each other without a pause.
    package static func test(
        _ name: String = "test",
        _ source: any EntitySource,
        _ change: (inout Provider) -> Void = { _ in }
    ) -> Provider {
        var provider = Provider(name: name, source: source)
        provider.burstInterval = .zero
        change(&provider)
        return provider
    }
}

extension Logger {
    /// Drops everything.
    package static var quiet: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}
