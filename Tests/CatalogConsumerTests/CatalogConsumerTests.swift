import Catalog
import Logging
import Redis
import ServiceLifecycle
import TestSupport
import Testing

@testable import CatalogConsumer

@Suite struct CatalogConsumerTests {
    private func lease(_ lane: TestLane) async throws -> String? {
        try await lane.send("GET", lane.keys.lease).string
    }

    /// The number of the last entry that is acknowledged.
    func acknowledged(_ lane: TestLane) async throws -> UInt64? {
        try await lane.stream().place()?.milliseconds
    }

    @Test func storesAcknowledgesAndTrims() async throws {
        try await withLane { lane in
            try await withSink { sink in
                try await lane.register()
                try await lane.publish(1...35)
                let consumer = lane.consumer(sink)
                try await whileRunning(consumer) {
                    try await eventually { try await lane.length() == 1 }
                    #expect(try await sink.catalog.count() == 35)
                    try await lane.publish(.removing("component:default/e7"), 36)
                    try await eventually { consumer.status.providers["github"]?.lastEntryID?.milliseconds == 36 }
                    #expect(try await sink.catalog.count() == 34)
                    #expect(try await acknowledged(lane) == 36)
                    let status = try #require(consumer.status.providers["github"])
                    #expect(status.state == .consuming && status.entries == 36 && status.error == nil)
                    #expect(status.lastRead != nil && consumer.status.lastDiscovery != nil)
                }
            }
        }
    }

    @Test("U2: after a crash between store and acknowledgement, nothing is left out and nothing is applied twice")
    func crashBetweenStoreAndAcknowledgement() async throws {
        try await withLane { lane in
            let sink = PositionSink()
            sink.crashAfterStoring(times: 3)
            let clock = ManualClock()
            try await lane.register()
            try await lane.publish(1...35)
            let consumer = lane.consumer(sink, clock: clock)
            try await whileRunning(consumer) {
                for crash in 1...3 {
                    // A batch is ten entries; each crash is one batch further.
                    try await eventually {
                        sink.stored.count == 10 * crash && clock.sleepers == 2
                            && consumer.status.providers["github"]?.state == .failing
                    }
                    #expect(consumer.status.providers["github"]?.error?.code == .sink)
                    clock.advance(by: .seconds(4))
                }
                try await eventually { try await acknowledged(lane) == 35 }
            }
            #expect(sink.stored == Array(1...35))
        }
    }

    @Test func aSinkThatFailedGetsTheSameEntriesAgain() async throws {
        try await withLane { lane in
            let sink = MemorySink()
            sink.failNext(Unexpected())
            let clock = ManualClock()
            try await lane.register()
            try await lane.publish(1...3)
            let consumer = lane.consumer(sink, clock: clock)
            try await whileRunning(consumer) {
                try await eventually { consumer.status.providers["github"]?.state == .failing && clock.sleepers == 2 }
                #expect(try await lease(lane) == nil)
                #expect(try await acknowledged(lane) == 0)
                clock.advance(by: .seconds(2))
                try await eventually { sink.stored == [1, 2, 3] }
            }
        }
    }

    @Test("Q3: of two consumers of a group one is active; the other goes on where it stopped")
    func twoConsumers() async throws {
        try await withLane { lane in
            let (first, second) = (MemorySink(), MemorySink())
            let clock = ManualClock()
            try await lane.register()
            try await lane.publish(1...3)
            let standby = lane.consumer(second, clock: clock)
            try await whileRunning(lane.consumer(first)) {
                try await eventually { first.stored == [1, 2, 3] }
                try await whileRunning(standby) {
                    try await eventually {
                        standby.status.providers["github"]?.state == .standby && clock.sleepers == 2
                    }
                    first.hold()
                    try await lane.publish(4...5)
                    try await eventually { first.isHeld }
                    // As if the first had died: its lease is over, and what it had read is not acknowledged.
                    _ = try await lane.send("DEL", lane.keys.lease)
                    clock.advance(by: .seconds(5))
                    try await eventually { second.stored == [4, 5] }
                    #expect(first.stored == [1, 2, 3])
                }
            }
        }
    }

    @Test("Q3: a consumer whose lease is lost stores nothing more")
    func staleHolderStops() async throws {
        try await withLane { lane in
            let sink = MemorySink()
            let clock = ManualClock()
            try await lane.register()
            let consumer = lane.consumer(sink, clock: clock)
            try await whileRunning(consumer) {
                try await lane.publish(1...1)
                try await eventually { sink.stored == [1] && clock.sleepers == 3 }
                sink.hold()
                try await lane.publish(2...2)
                try await eventually { sink.isHeld }
                _ = try await lane.send("SET", lane.keys.lease, "another", "PX", "600000")
                clock.advance(by: .seconds(5))
                try await eventually { sink.wasCancelled }
                try await eventually { consumer.status.providers["github"]?.error?.code == .leaseLost }
                #expect(sink.stored == [1])
                #expect(try await lease(lane) == "another")
                #expect(try await acknowledged(lane) == 1)
            }
        }
    }

    private static let deep = String(repeating: "[", count: 10_000) + String(repeating: "]", count: 10_000)
    private static let oversized = "[\"" + String(repeating: "x", count: 5 << 20) + "\"]"

    struct BadEntry: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let field: String
        let value: String?
        let code: ConsumerError.Code
    }

    @Test(
        "an entry that cannot be read stops its provider, and nothing else",
        arguments: [
            BadEntry(testDescription: "newer", field: "v", value: "2", code: .unknownVersion),
            BadEntry(testDescription: "no version", field: "v", value: nil, code: .unknownVersion),
            BadEntry(testDescription: "type", field: "type", value: "dalta", code: .malformedEntry),
            BadEntry(testDescription: "JSON", field: "added", value: "[{", code: .malformedEntry),
            BadEntry(testDescription: "entity", field: "added", value: "[{\"entity\":{}}]", code: .malformedEntry),
            BadEntry(testDescription: "no JSON", field: "added", value: "\u{0}{not json", code: .malformedEntry),
            BadEntry(testDescription: "deep JSON", field: "removed", value: deep, code: .malformedEntry),
            BadEntry(testDescription: "oversized", field: "added", value: oversized, code: .malformedEntry),
            BadEntry(testDescription: "no sequence", field: "sequence", value: nil, code: .malformedEntry),
            BadEntry(testDescription: "no provider", field: "provider", value: nil, code: .malformedEntry),
            BadEntry(
                testDescription: "odd ref",
                field: "removed",
                value: #"[{"entityRef":"\u0000"}]"#,
                code: .malformedEntry
            ),
            BadEntry(testDescription: "generation", field: "generation", value: "x", code: .malformedEntry),
        ]
    )
    func unreadableEntry(_ bad: BadEntry) async throws {
        try await withLane { lane in
            let sink = MemorySink()
            let clock = ManualClock()
            try await lane.register()
            try await lane.register("ldap")
            try await lane.publish(1...2)
            var fields = TestDelta.adding("bad").fields.filter { $0.0 != bad.field }
            if let value = bad.value { fields.append((bad.field, value)) }
            try await lane.publish(fields, 3)
            try await lane.publish(4...4)
            let consumer = lane.consumer(sink, clock: clock)
            try await whileRunning(consumer) {
                try await eventually { consumer.status.providers["github"]?.state == .failing }
                let error = try #require(consumer.status.providers["github"]?.error)
                #expect(error.code == bad.code)
                #expect(error.message.contains("3-0") && error.message.contains("github"))
                #expect(sink.stored == [1, 2])
                #expect(try await acknowledged(lane) == 2)
                #expect(try await lane.length() >= 3)
                try await lane.publish(.adding("other"), 9, to: "{tidemark:0}:provider:ldap:deltas")
                try await eventually { sink.stored == [1, 2, 9] }
            }
        }
    }

    @Test("entries too large for one reply are read one by one; one that is too large alone is told of")
    func largeEntries() async throws {
        func adding(_ name: String, _ bytes: Int) -> TestDelta {
            TestDelta(added: [
                TestDelta.entity(name, metadata: #","description":"\#(String(repeating: "x", count: bytes))""#)
            ])
        }
        try await withLane(configure: { $0.maximumReplyBytes = 40_000 }) { lane in
            let sink = MemorySink()
            try await lane.register()
            for number in 1...8 { try await lane.publish(adding("e\(number)", 8_000), number) }
            let consumer = lane.consumer(sink, clock: ManualClock())
            try await whileRunning(consumer) {
                try await eventually { sink.stored == Array(1...8) }
                try await lane.publish(adding("e9", 80_000), 9)
                try await eventually { consumer.status.providers["github"]?.state == .failing }
                let error = try #require(consumer.status.providers["github"]?.error)
                #expect(error.code == .malformedEntry && error.message.contains(lane.keys.deltas), "\(error)")
                #expect(sink.stored == Array(1...8))
            }
        }
    }

    @Test("what else stands among the lanes and the names of providers stops nobody")
    func oddNames() async throws {
        try await withLane { lane in
            let sink = MemorySink()
            let clock = ManualClock()
            _ = try await lane.send("HSET", "tidemark:layout", "lanes", "9223372036854775807")
            let consumer = lane.consumer(sink, clock: clock)
            try await whileRunning(consumer) {
                try await eventually { clock.sleepers == 1 }
                #expect(consumer.status.lastDiscovery == nil)
                try await lane.register()
                for name in ["", "a:b", "../x", "a\nb", String(repeating: "x", count: 1_000)] {
                    try await lane.register(name)
                }
                clock.advance(by: .seconds(5))
                try await lane.publish(1...1)
                try await eventually { sink.stored == [1] }
                #expect(Array(consumer.status.providers.keys) == ["github"])
            }
        }
    }

    @Test("a layout that is newer than it knows ends it, and nothing of it is stored")
    func newerLayout() async throws {
        try await withLane { lane in
            let sink = MemorySink()
            try await lane.register()
            try await lane.publish(1...1)
            _ = try await lane.send("SET", "{tidemark:0}:layout", "2")
            let error = await #expect(throws: ConsumerError.self) {
                try await lane.consumer(sink, clock: ManualClock()).run()
            }
            #expect(error?.code == .newerLayout && error?.message.contains("version 2") == true)
            #expect(sink.stored == [])
            try await FormatVersions.$known.withValue(FormatVersions(jobs: 1, entries: 1, layout: 2)) {
                let consumer = lane.consumer(sink, clock: ManualClock())
                try await whileRunning(consumer) { try await eventually { sink.stored == [1] } }
            }
        }
    }

    @Test func providersThatAppearLaterAreFound() async throws {
        try await withLane { lane in
            let sink = MemorySink()
            let clock = ManualClock()
            let consumer = lane.consumer(sink, clock: clock)
            try await whileRunning(consumer) {
                // Before an engine has laid Redis out, there is nothing to find, and that is no failure.
                try await eventually { consumer.status.lastDiscovery != nil && clock.sleepers == 1 }
                try await lane.register()
                clock.advance(by: .seconds(5))
                try await eventually { consumer.status.providers["github"]?.state == .consuming }
                try await lane.publish(1...1)
                try await eventually { sink.stored == [1] }
            }
        }
    }

    @Test("Q6: a consumer that was cut off from Redis goes on, and says meanwhile that it cannot read")
    func reconnects() async throws {
        try await withLane { lane in
            var configuration = lane.configuration
            configuration.commandTimeout = .seconds(1)
            try await withFaultyProxy(to: configuration) { proxy in
                let sink = MemorySink()
                try await lane.register()
                try await lane.publish(1...1)
                let consumer = CatalogConsumer(redis: proxy.configuration, sink: sink, logger: .quiet)
                try await whileRunning(consumer) {
                    try await eventually { try await acknowledged(lane) == 1 }
                    proxy.refuseConnections()
                    proxy.cutConnections()
                    try await eventually { consumer.status.providers["github"]?.error?.code == .redis }
                    try await lane.publish(2...2)
                    proxy.refuseConnections(false)
                    try await eventually { sink.stored == [1, 2] }
                    #expect(consumer.status.providers["github"]?.state == .consuming)
                }
            }
        }
    }

    @Test func aClosedSinkEndsTheConsumer() async throws {
        try await withLane { lane in
            let sink = MemorySink()
            sink.failNext(SinkError(.closed, "gone"))
            try await lane.register()
            try await lane.publish(1...1)
            let error = await #expect(throws: SinkError.self) { try await lane.consumer(sink).run() }
            #expect(error?.code == .closed)
            #expect(try await lease(lane) == nil)
        }
    }

    @Test func aGracefulShutdownStoresTheBatchInHandAndGivesTheProviderUp() async throws {
        try await withLane { lane in
            let sink = MemorySink()
            try await lane.register()
            try await lane.publish(1...1)
            let consumer = lane.consumer(sink)
            let group = ServiceGroup(services: [consumer], logger: .quiet)
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await group.run() }
                try await eventually { sink.stored == [1] }
                sink.hold()
                try await lane.publish(2...2)
                try await eventually { sink.isHeld }
                await group.triggerGracefulShutdown()
                sink.release()
                try await tasks.waitForAll()
            }
            #expect(sink.stored == [1, 2])
            #expect(try await acknowledged(lane) == 2)
            #expect(try await lease(lane) == nil)
        }
    }

    @Test func anIdleConsumerShutsDownAndGivesItsLeaseUp() async throws {
        try await withLane { lane in
            try await lane.register()
            let consumer = lane.consumer(MemorySink())
            let group = ServiceGroup(services: [consumer], logger: .quiet)
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await group.run() }
                try await eventually { consumer.status.providers["github"]?.state == .consuming }
                await group.triggerGracefulShutdown()
                try await tasks.waitForAll()
            }
            #expect(try await lease(lane) == nil)
        }
    }

    @Test func aURLThatIsNotValidIsNamed() {
        let error = #expect(throws: ConsumerError.self) {
            try CatalogConsumer(redisURL: "http://user:secret@host", sink: MemorySink(), logger: .quiet)
        }
        #expect(error?.code == .configuration)
        #expect(error?.message.contains("secret") == false)
    }
}
