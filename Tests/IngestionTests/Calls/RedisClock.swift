import Redis
import Synchronization
import TestSupport

@testable import Ingestion

/// When calls were let go, by the clock of Redis as a test moves it: each between two looks at it, in ms.
final class RedisClock: Sendable {
    private let engine: TestEngine
    private let calls = Mutex<[(earliest: Double, latest: Double)]>([])

    init(_ engine: TestEngine) {
        self.engine = engine
    }

    /// Notes a call by the wait that `take` gives; nil where none was let go.
    func note(_ take: () async throws -> Duration?) async throws {
        let before = try await now()
        guard let wait = try await take().map({ Double($0.milliseconds) }) else { return }
        let after = try await now()
        calls.withLock { $0.append((before + wait, after + wait)) }
    }

    var count: Int { calls.withLock { $0.count } }

    /// Whether no span of this length, surely, has more calls than these.
    func allows(_ rate: CallRate) -> Bool {
        let calls = calls.withLock { $0 }
        let latest = calls.map(\.latest).sorted()
        let earliest = calls.map(\.earliest).sorted()
        return earliest.indices.dropFirst(rate.calls).allSatisfy {
            latest[$0] - earliest[$0 - rate.calls] >= Double(rate.per.milliseconds)
        }
    }

    private func now() async throws -> Double {
        let time = try await engine.store.redis.send(RedisCommand("TIME")).array?.compactMap(\.int) ?? []
        guard time.count == 2 else { throw Unexpected() }
        return Double(time[0]) * 1_000 + Double(time[1]) / 1_000 + Double(engine.time.milliseconds)
    }
}
