import CatalogConsumer
import Ingestion
import Logging
import Redis
import TestSupport

extension TestEngine {
    /// Runs `body` beside a consumer of the engine's Redis, which has everything published anew as `tidemark consume` does.
    func whileConsuming(
        into sink: any Sink,
        group: String = "catalog",
        _ body: (CatalogConsumer) async throws -> Void
    ) async throws {
        // As a worker does when it starts: consumers find providers by the number of lanes.
        try await Preflight.agreeOnLanes(store)
        let consumer = CatalogConsumer(
            redis: store.redis.configuration,
            sink: sink,
            configuration: ConsumerConfiguration(group: group, leaseDuration: .seconds(2)),
            resync: { [operations] _, name, known, reason in
                do {
                    try await operations.resync(name, after: known, because: reason)
                    return true
                } catch let error as OperationError where error.code == .unknownProvider {
                    return false
                }
            },
            logger: .quiet
        )
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await consumer.run() }
            defer { tasks.cancelAll() }
            try await body(consumer)
        }
    }
}
