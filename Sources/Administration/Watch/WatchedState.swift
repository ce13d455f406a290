internal import Catalog
internal import Ingestion

/// What there is to be watched: one topic for the list of providers, one for the workers, and two for each provider.
struct WatchedState: Sendable {
    /// What it depends on whether a provider's history has changed: it is read no more often.
    private struct Ending: Equatable {
        var generation: Int64
        var ended: Int64?
        var phase: ProviderStatus.Phase
        var hasHeld: Bool
    }

    private let operations: Operations
    private let pageTimeouts: [String: Duration]
    private var meters: [String: RateMeter] = [:]
    private var histories: [String: (ending: Ending, message: [UInt8])] = [:]
    /// When it was read, in milliseconds since 1970 by the clock of Redis, by which all its times are.
    private(set) var at = Timestamp.now()

    init(_ operations: Operations, pageTimeouts: [String: Duration]) {
        (self.operations, self.pageTimeouts) = (operations, pageTimeouts)
    }

    /// The message of each topic, as it is now.
    mutating func read() async throws -> [String: [UInt8]] {
        var topics: [String: [UInt8]] = [:]
        let found = try await readProviders()
        let workers = try await operations.store.workers()
        at = found.map(\.status.at).max() ?? Timestamp.now()
        for (status, stream) in found {
            topics["provider \(status.name)"] = provider(status, stream, workers)
            topics["provider \(status.name) history"] = try await history(status)
        }
        let names = Set(found.map(\.status.name))
        meters = meters.filter { names.contains($0.key) }
        histories = histories.filter { names.contains($0.key) }
        topics["list"] = ServerSentEvent.bytes("providers", .array(names.sorted().map(JSON.string)))
        topics["workers"] = ServerSentEvent.bytes("workers", .array(workers.map(\.json)))
        topics["trouble"] = ServerSentEvent.bytes("trouble", .null)
        return topics
    }

    /// Side by side: each takes some round trips, and one connection bears them all.
    private func readProviders() async throws -> [(status: ProviderStatus, stream: StreamStatus)] {
        let (operations, names) = (operations, try await operations.providers())
        return try await withThrowingTaskGroup(of: (status: ProviderStatus, stream: StreamStatus)?.self) { group in
            for name in names {
                group.addTask {
                    do {
                        return (try await operations.status(of: name), try await operations.stream(of: name))
                    } catch let error as OperationError where error.code == .unknownProvider {
                        return nil  // Its hash was removed by hand.
                    }
                }
            }
            return try await group.reduce(into: []) { found, provider in
                if let provider { found.append(provider) }
            }
        }
    }

    private mutating func provider(
        _ status: ProviderStatus,
        _ stream: StreamStatus,
        _ workers: [WorkerRecord]
    ) -> [UInt8] {
        meters[status.name, default: RateMeter()].add(
            status.counts.marked,
            generation: status.generation,
            at: status.at
        )
        let timeout = pageTimeouts[status.name] ?? .seconds(60)
        var json = status.json
        // It is another each time; the message that closes what is told has it.
        json["at"] = nil
        json["rate"] = .number(status.phase == .running ? meters[status.name]?.perSecond.rounded() ?? 0 : 0)
        json["groups"] = stream.json["groups"]
        json["problems"] = .array(
            ProviderProblem.problems(of: status, pageTimeout: timeout, workers: workers).map {
                ["kind": .string($0.kind.rawValue), "reason": .string($0.reason)]
            }
        )
        return ServerSentEvent.bytes("provider", json)
    }

    private mutating func history(_ status: ProviderStatus) async throws -> [UInt8] {
        let ending = Ending(
            generation: status.generation,
            ended: status.ended,
            phase: status.phase,
            hasHeld: status.held != nil
        )
        if let known = histories[status.name], known.ending == ending { return known.message }
        let cycles = (try? await operations.history(status.name, most: Self.mostCycles)) ?? []
        let message = ServerSentEvent.bytes(
            "history",
            ["name": .string(status.name), "cycles": .array(cycles.map(\.json))]
        )
        histories[status.name] = (ending, message)
        return message
    }

    private static let mostCycles = 50
}
