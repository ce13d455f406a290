import Catalog
import Redis
import TestSupport
import Testing

@testable import Administration
@testable import Ingestion

@Suite struct HealthEndpointsTests {
    @Test(
        "Q6: live, ready and healthy are three answers: a process lives before it is ready, and is ready while a provider is not well"
    )
    func threeAnswers() async throws {
        let health = WorkerHealth()
        try await APISite.with(.init(names: ["a", "b"], readiness: health)) { site in
            func status(_ path: String) async throws -> Int { try await site.ask("GET", path).status }
            #expect(try await status("/health/live") == 200)
            let unready = try await site.ask("GET", "/health/ready", token: nil)
            #expect(unready.status == 503 && unready.json["reason"] == "Redis has answered no claim yet")
            let alone = try await site.ask("GET", "/health")
            #expect(alone.status == 503 && alone.json["workers"] == 0)
            #expect(alone.json["reason"]?.string?.contains("no worker") == true)

            health.claimed()
            #expect(try await status("/health/ready") == 200)
            try await withLivingWorker(site) {
                #expect(try await status("/health") == 200)
                site.source.list([JSONText]())
                try await site.engine.operations.start("github")
                try await eventually { try await site.engine.operations.status(of: "github").phase == .held }
                let ill = try await site.ask("GET", "/health")
                #expect(ill.status == 503 && ill.json["providers"]?[0]?["problems"]?[0]?["kind"] == "held")
                #expect(try await status("/health/ready") == 200)
            }
        }
    }

    @Test("that Redis takes no writes is why no worker gives a sign of life")
    func refusedWrites() async throws {
        try await APISite.with(.init(names: ["a"])) { site in
            let redis = site.engine.store.redis
            _ = try await redis.call("CONFIG", "SET", "min-replicas-to-write", "1")
            let answer = try await site.ask("GET", "/health")
            #expect(answer.status == 503 && answer.json["workers"] == 0)
            #expect(answer.json["reason"]?.string?.hasPrefix("Redis takes no writes: NOREPLICAS") == true)
            _ = try await redis.call("CONFIG", "SET", "min-replicas-to-write", "0")
            #expect(await site.engine.operations.refusalOfWrites() == nil)
        }
    }

    @Test("a worker is not ready while one of its lanes answers no claim, and says which and why")
    func silentLane() async throws {
        let health = WorkerHealth(lanes: 2)
        try await APISite.with(.init(names: ["a"], readiness: health)) { site in
            health.claimed(0)
            health.failed(1, RedisError(.timeout, "no answer"))
            let answer = try await site.ask("GET", "/health/ready", token: nil)
            #expect(answer.status == 503)
            #expect(answer.json["reason"] == "Redis has answered no claim on lane 1 yet: no answer")
            health.claimed(1)
            #expect(try await site.ask("GET", "/health/ready", token: nil).status == 200)
        }
    }

    @Test("a server without a worker is ready when Redis answers and has the lanes that it was told")
    func servesOnly() async throws {
        try await APISite.with { site in
            #expect(try await site.ask("GET", "/health/ready").status == 200)
            _ = try await site.engine.store.redis.call("HSET", "tidemark:layout", "lanes", "3")
            let answer = try await site.ask("GET", "/health/ready")
            #expect(answer.status == 503 && answer.json["reason"]?.string?.contains("3 lanes") == true)
        }
    }
}
