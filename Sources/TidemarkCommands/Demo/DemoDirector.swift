internal import Catalog
internal import CatalogConsumer
internal import DemoSource
internal import Ingestion
internal import ServiceLifecycle
internal import Synchronization

/// Plays the demo: a cycle, a comparison, a new revision of the source, and again.
final class DemoDirector: Service {
    private let server: DemoServer
    private let catalog: DemoCatalog
    private let watch: CycleWatch
    private let cycles: Int
    private let tell: @Sendable (DemoCycle) -> Void
    private let played = Mutex<[DemoCycle]>([])

    init(
        server: DemoServer,
        catalog: SQLiteCatalog,
        watch: CycleWatch,
        cycles: Int,
        tell: @escaping @Sendable (DemoCycle) -> Void
    ) {
        self.server = server
        self.catalog = DemoCatalog(catalog: catalog)
        self.watch = watch
        self.cycles = cycles
        self.tell = tell
    }

    /// The cycles that are done.
    var done: [DemoCycle] { played.withLock { $0 } }

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown { try await self.play() }
        } catch is CancellationError where Task.isShuttingDownGracefully {
            // The command says that it was stopped.
        }
    }

    private func play() async throws {
        let first = server.revision
        var expected = Difference(from: first, to: first)
        expected.packages = Difference.Counts(added: first.packages.count)
        expected.maintainers = Difference.Counts(added: first.maintainers.count)
        for number in 1...cycles {
            let began = ContinuousClock.now
            if number > 1 {
                expected = server.advance()
                try await watch.trigger()
            }
            try await watch.wait(for: number, since: [:])
            let cycle = try await cycle(number, expected, took: began.duration(to: .now))
            played.withLock { $0.append(cycle) }
            tell(cycle)
        }
    }

    private func cycle(_ number: Int, _ expected: Difference, took: Duration) async throws -> DemoCycle {
        let revision = server.revision
        let packages = try await watch.operations.status(of: DemoCatalog.packages)
        let maintainers = try await watch.operations.status(of: DemoCatalog.maintainers)
        return DemoCycle(
            number: number,
            parts: [
                DemoCycle.Part(
                    name: "packages",
                    inSource: revision.packages.count,
                    inCatalog: try await catalog.catalog.count(provider: DemoCatalog.packages),
                    expected: expected.packages,
                    found: try await found(DemoCatalog.packages, unchanged: packages.counts.unchanged),
                    comparison: try await catalog.comparePackages(with: revision)
                ),
                DemoCycle.Part(
                    name: "maintainers",
                    inSource: revision.maintainers.count,
                    inCatalog: try await catalog.catalog.count(provider: DemoCatalog.maintainers),
                    expected: expected.maintainers,
                    found: try await found(DemoCatalog.maintainers, unchanged: maintainers.counts.unchanged),
                    comparison: try await catalog.compareMaintainers(with: revision)
                ),
            ],
            pages: packages.counts.pages + maintainers.counts.pages,
            seconds: took / .seconds(1)
        )
    }

    /// What the cycle did to the catalog. What did not change never reached it: that count is the engine's.
    private func found(_ provider: String, unchanged: Int) async throws -> Difference.Counts {
        let counts = try await catalog.lastCycle(of: provider)
        return Difference.Counts(
            added: counts.added,
            changed: counts.changed,
            removed: counts.removed,
            unchanged: unchanged
        )
    }
}
