import Logging
import Redis
import TestSupport
import Testing

@testable import CatalogConsumer

@Suite struct ConsumerLeaseTests {
    private static let duration = Duration.seconds(15)

    private func lease(_ lane: TestLane, _ holder: String, _ clock: ManualClock) -> ConsumerLease<ManualClock> {
        ConsumerLease(
            redis: lane.redis,
            key: lane.keys.lease,
            holder: holder,
            duration: Self.duration,
            clock: clock,
            logger: .quiet
        )
    }

    /// Runs until its task is cancelled.
    @Sendable private static func untilCancelled() async throws {
        let (forever, _) = AsyncStream.makeStream(of: Never.self)
        for await _ in forever {}
        throw CancellationError()
    }

    @Test func oneHolderAtATime() async throws {
        try await withLane { lane in
            let clock = ManualClock()
            let first = lease(lane, "first", clock)
            let second = lease(lane, "second", clock)
            let held = try await first.hold {
                let taken = try await second.hold { Issue.record("both hold the lease") }
                #expect(!taken)
            }
            #expect(held)
            #expect(try await lane.send("EXISTS", lane.keys.lease).int == 0)
            #expect(try await second.hold {})
        }
    }

    @Test("a lease that was given while the clock of Redis was a day ahead does not outlive its holder by a day")
    func clockSetBack() async throws {
        try await withLane { lane in
            let clock = ManualClock()
            _ = try await lane.send("SET", lane.keys.lease, "dead", "PX", "86400000")
            let taken = try await lease(lane, "second", clock).hold {}
            #expect(!taken)
            #expect((1...15_000).contains(try await lane.send("PTTL", lane.keys.lease).int ?? 0))
            // A holder whose lease is longer than that of others keeps it.
            _ = try await lane.send("PEXPIRE", lane.keys.lease, "120000")
            let again = try await lease(lane, "second", clock).hold {}
            #expect(!again)
            #expect(try await lane.send("PTTL", lane.keys.lease).int ?? 0 > 60_000)
        }
    }

    @Test func itIsGivenUpWhenTheBodyFails() async throws {
        try await withLane { lane in
            await #expect(throws: Unexpected.self) {
                try await lease(lane, "first", ManualClock()).hold { throw Unexpected() }
            }
            let leases = try await lane.send("EXISTS", lane.keys.lease).int
            #expect(leases == 0)
        }
    }

    @Test func itIsRenewedAtAThird() async throws {
        try await withLane { lane in
            let clock = ManualClock()
            let held = try await lease(lane, "first", clock).hold {
                for _ in 0..<5 {
                    try await eventually { clock.sleepers == 2 }
                    _ = try await lane.send("PEXPIRE", lane.keys.lease, "5000")
                    clock.advance(by: Self.duration / 3)
                    try await eventually { try await lane.send("PTTL", lane.keys.lease).int ?? 0 > 10_000 }
                }
            }
            #expect(held)
        }
    }

    @Test("Q3: a holder whose lease was taken over stops, and leaves the other's lease alone")
    func takenOver() async throws {
        try await withLane { lane in
            let clock = ManualClock()
            let error = await #expect(throws: ConsumerError.self) {
                try await lease(lane, "first", clock).hold {
                    try await eventually { clock.sleepers == 2 }
                    _ = try await lane.send("SET", lane.keys.lease, "second", "PX", "60000")
                    clock.advance(by: Self.duration / 3)
                    try await Self.untilCancelled()
                }
            }
            #expect(error?.code == .leaseLost)
            let holder = try await lane.send("GET", lane.keys.lease).string
            #expect(holder == "second")
        }
    }

    @Test("Q3: a holder that cannot renew stops when its lease runs out by its own clock")
    func ranOut() async throws {
        try await withLane { lane in
            try await withFaultyProxy(to: lane.configuration) { proxy in
                try await withRedisClient(proxy.configuration) { client in
                    let clock = ManualClock()
                    let lease = ConsumerLease(
                        redis: client,
                        key: lane.keys.lease,
                        holder: "first",
                        duration: Self.duration,
                        clock: clock,
                        logger: .quiet
                    )
                    let error = await #expect(throws: ConsumerError.self) {
                        try await lease.hold {
                            try await eventually { clock.sleepers == 2 }
                            proxy.refuseConnections()
                            proxy.cutConnections()
                            clock.advance(by: Self.duration)
                            try await Self.untilCancelled()
                        }
                    }
                    #expect(error?.code == .leaseLost)
                }
            }
        }
    }

    @Test func aLeaseThatRanOutIsNotTakenAnewByRenewing() async throws {
        try await withLane { lane in
            let reply = try await lane.redis.evaluate(ConsumerScripts.renew, keys: [lane.keys.lease]) { arguments in
                arguments.append("first")
                arguments.append(15_000)
            }
            #expect(reply.int == 0)
            #expect(try await lane.send("EXISTS", lane.keys.lease).int == 0)
        }
    }

    @Test func acquiringTwiceIsOnce() async throws {
        try await withLane { lane in
            for _ in 0..<2 {
                let reply = try await lane.redis.evaluate(ConsumerScripts.acquire, keys: [lane.keys.lease]) {
                    arguments in
                    arguments.append("first")
                    arguments.append(15_000)
                }
                #expect(reply.int == 1)
            }
        }
    }
}
