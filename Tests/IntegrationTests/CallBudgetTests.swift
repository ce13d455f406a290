import Foundation
import Ingestion
import Redis
import Subprocess
import Synchronization
import TestSupport
import Testing

/// Workers as processes that share a source which asks to be left alone.
@Suite struct CallBudgetTests {
    /// Refuses what comes within two seconds of its 60th request, that one included.
    private final class Limit: Sendable {
        private let state = Mutex<(count: Int, refusedAt: ContinuousClock.Instant?, early: Int)>((0, nil, 0))

        var early: Int { state.withLock { $0.early } }

        func answer(_: String) -> HTTPTestServer.Response? {
            state.withLock { state in
                state.count += 1
                if state.count == 60 { state.refusedAt = .now }
                guard let refused = state.refusedAt, refused.duration(to: .now) < .seconds(2) else { return nil }
                if state.count > 60 { state.early += 1 }
                return .json("{}", status: 429, headers: [("Retry-After", "2")])
            }
        }
    }

    @Test(
        "U8: over two processes and 32 chains, only what was on its way comes before the time that the source asked for"
    )
    func retryAfter() async throws {
        let (source, limit) = (PageServer(chains: 32, pageSize: 5), Limit())
        source.list((0..<800).map { TestSource.entity("host-\($0)") })
        source.intercept(limit.answer)
        try await withTemporaryDirectory { directory in
            try await withRedis { redis in
                guard case .unixSocket(let socket) = redis.configuration.address else { throw Unexpected() }
                try await HTTPTestServer.with({ source.respond(to: $0) }) { server in
                    let yaml = """
                        redis: { url: "redis+unix://\(socket)" }
                        worker: { concurrency: 8 }
                        providers:
                          inventory: { concurrency: 32, burstInterval: 0s, source: { http: { url: "\(server.url)" } } }
                        """
                    try Data(yaml.utf8).write(to: URL(filePath: directory + "/tidemark.yaml"))
                    let operations = Operations(store: Store(redis: redis.client))
                    try await withTidemark(["worker"], name: "one", in: directory) { _ in
                        try await withTidemark(["worker"], name: "two", in: directory) { _ in
                            try await eventually { try await operations.status(of: "inventory").completed == 1 }
                        }
                    }
                    let status = try await operations.status(of: "inventory")
                    #expect(status.known == 800 && status.counts.pages == 161 && status.stalls == 0)
                    // A hundred would come if nobody waited; each of 16 slots may have had a request under way.
                    #expect(limit.early <= 40)
                    #expect(try await Verifier(store: operations.store).verify("inventory").holds)
                }
            }
        }
    }
}
