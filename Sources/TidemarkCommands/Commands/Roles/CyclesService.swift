internal import CatalogConsumer
internal import Ingestion
internal import ServiceLifecycle

/// Ends the process' services when every provider has completed some cycles: for cron and for tests.
struct CyclesService: Service {
    let watch: CycleWatch
    let cycles: Int
    /// How many each had completed before the workers began.
    let before: [String: Int]

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            // What rests would rest on, for a day.
            try await watch.trigger()
            for cycle in 1...cycles {
                try await watch.wait(for: cycle, since: before)
                if cycle < cycles { try await watch.trigger() }
            }
        }
    }
}

extension Deployment {
    /// Shuts the group down when each provider has completed `cycles` more. To be called before the workers begin.
    func cyclesService(
        _ cycles: Int,
        of providers: [String],
        catalog: SQLiteCatalog?
    ) async throws -> ServiceConfiguration {
        let before = try await session.withClient(redis, logger: session.logger) { client in
            try await CycleWatch(
                operations: Operations(store: session.store(client)),
                providers: providers,
                catalog: nil
            ).completed()
        }
        let watch = CycleWatch(operations: Operations(store: store), providers: providers, catalog: catalog)
        return ServiceConfiguration(
            service: CyclesService(watch: watch, cycles: cycles, before: before),
            successTerminationBehavior: .gracefullyShutdownGroup,
            failureTerminationBehavior: .gracefullyShutdownGroup,
            serviceName: "cycles"
        )
    }
}
