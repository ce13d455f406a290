internal import ArgumentParser
internal import Ingestion

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// One of several workers; it says which process it is, and works until it is ended.
struct ScalingWorker: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "scaling-worker", shouldDisplay: false)

    @Option var redis: String
    @Option var chains: Int
    @Option var pages: Int
    @Option var slots: Int

    func run() async throws {
        let provider = Self.provider(chains: chains, pages: pages)
        var settings = WorkerSettings.unthrottled
        settings.concurrency = slots
        let worker = try Worker(
            redis: "redis+unix://\(redis)",
            providers: [provider],
            settings: settings,
            logger: .quiet
        )
        print(getpid())
        flushStandardOutput()
        try await worker.run()
    }

    static func provider(chains: Int, pages: Int) -> Provider {
        .benchmark(SlowChains(chains: chains, pages: pages, pageTime: ScalingBenchmark.pageTime)) {
            $0.concurrency = chains
            $0.burstLength = .seconds(3)
        }
    }
}
