internal import Catalog
internal import Logging
package import Redis
internal import ServiceLifecycle

/// Has everything of a provider published anew, unless that was done more often than `known` times by now. `reason` is shown to people.
///
/// Returns false when Redis does not know the provider.
package typealias Resync =
    @Sendable (
        RedisClient, _ provider: String, _ known: Int64, _ reason: String
    ) async throws -> Bool

/// Finds providers, and consumes each.
struct ConsumerService: Service {
    let redis: RedisClient
    let sink: any Sink
    let configuration: ConsumerConfiguration
    let clock: any Clock<Duration>
    let board: StatusBoard
    let resync: Resync?
    let logger: Logger

    func run() async throws {
        try await run(on: clock)
    }

    private func run(on clock: some Clock<Duration>) async throws {
        let holder = String(UInt64.random(in: .min ... .max), radix: 36)
        let (found, finder) = AsyncStream.makeStream(of: ConsumerKeys.Provider.self)
        try await withThrowingDiscardingTaskGroup { group in
            // A child like the others, so that the failure of one ends it too.
            group.addTask {
                defer { finder.finish() }
                try await discover(on: clock) { finder.yield($0) }
            }
            for await provider in found {
                let consumer = makeConsumer(provider, holder: holder, clock: clock)
                group.addTask { try await consumer.run() }
            }
        }
    }

    /// Looks for providers until shutdown. Throws once Redis is laid out by a newer build.
    private func discover(on clock: some Clock<Duration>, _ found: (ConsumerKeys.Provider) -> Void) async throws {
        let keys = ConsumerKeys(prefix: configuration.prefix)
        var known: Set<String> = []
        while !Task.isCancelled, !Task.isShuttingDownGracefully {
            do {
                for (name, lane) in try await providers(keys) where known.insert(name).inserted {
                    found(keys.provider(name, lane: lane, group: configuration.group))
                }
                board.discovered()
            } catch let error as ConsumerError {
                throw error
            } catch {
                guard !Task.isCancelled else { return }
                let isAway = (error as? RedisError)?.mayPass == true
                logger.warning(
                    isAway
                        ? "Redis cannot be reached: start it, or correct its URL; trying on"
                        : "the providers cannot be read; trying again",
                    metadata: [LogKey.error: "\(error)"]
                )
            }
            // It only ends early, by cancellation or shutdown.
            try? await cancelWhenGracefulShutdown { try await clock.sleep(for: configuration.discoveryInterval) }
        }
    }

    private func makeConsumer<LeaseClock: Clock<Duration>>(
        _ provider: ConsumerKeys.Provider,
        holder: String,
        clock: LeaseClock
    ) -> ProviderConsumer<LeaseClock> {
        var logger = logger
        logger[metadataKey: LogKey.provider] = "\(provider.name)"
        logger[metadataKey: LogKey.group] = "\(configuration.group)"
        return ProviderConsumer(
            stream: DeltaStream(redis: redis, keys: provider, group: configuration.group, holder: holder),
            sink: sink,
            lease: ConsumerLease(
                redis: redis,
                key: provider.lease,
                holder: holder,
                duration: configuration.leaseDuration,
                clock: clock,
                logger: logger
            ),
            clock: clock,
            board: board,
            resync: resync,
            logger: logger
        )
    }

    /// The names of all providers, with their lanes. None before an engine has laid Redis out.
    private func providers(_ keys: ConsumerKeys) async throws -> [(name: String, lane: Int)] {
        let (layout, known) = (
            try await redis.send(RedisCommand("GET", keys.layoutVersion)), FormatVersions.known.layout
        )
        if let version = layout.int, version > known {
            throw ConsumerError(
                .newerLayout,
                "A newer Tidemark has laid Redis out (version \(version)); this consumer knows version \(known) and reads nothing "
                    + "more: run a build that knows it, as the one that ran `tidemark upgrade`."
            )
        }
        guard let lanes = try await redis.send(RedisCommand("HGET", keys.layout, "lanes")).int else { return [] }
        guard LaneCount.allowed.contains(Int(lanes)) else {
            throw RedisError(.unexpectedReply, "\(keys.layout) says \(lanes) lanes, which no Tidemark has written.")
        }
        var providers: [(name: String, lane: Int)] = []
        for lane in 0..<Int(lanes) {
            let names = try await redis.send(RedisCommand("SMEMBERS", keys.providers(lane: lane)))
            // What else stands there was not written by an engine, and would make other keys of its own.
            providers += (names.array ?? []).compactMap(\.string).filter(ProviderName.isValid).map { ($0, lane) }
        }
        return providers
    }
}
