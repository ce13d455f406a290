import Catalog
import Logging
import Redis
import ServiceLifecycle
import TestSupport
import Testing

@testable import CatalogConsumer

/// Streams, files and Redis that lose something, or have no room, under a consumer.
extension CatalogConsumerTests {
    @Test func aStreamThatWasDeletedIsNotTakenForItsContinuation() async throws {
        try await withLane { lane in
            let sink = PositionSink()
            let clock = ManualClock()
            try await lane.register()
            try await lane.publish(1...2)
            let consumer = lane.consumer(sink, clock: clock)
            try await whileRunning(consumer) {
                try await eventually { try await acknowledged(lane) == 2 }
                _ = try await lane.send("DEL", lane.keys.deltas)
                try await lane.publish(5...6)
                try await eventually { consumer.status.providers["github"]?.state == .failing && clock.sleepers == 2 }
                #expect(sink.stored == [1, 2])
                clock.advance(by: .seconds(2))
                try await eventually { sink.stored == [1, 2, 5, 6] }
                #expect(sink.restarts == [.zero])
            }
        }
    }

    @Test("at Redis's memory limit, a new group reads, acknowledges and trims: what fills Redis is drained")
    func atTheMemoryLimit() async throws {
        try await withLane { lane in
            let sink = MemorySink()
            try await lane.register()
            try await lane.publish(1...50)
            _ = try await lane.send("CONFIG", "SET", "maxmemory", "1")
            await #expect(throws: RedisError.self) { try await lane.publish(51...51) }
            try await whileRunning(lane.consumer(sink, resync: lane.resync)) {
                try await eventually { try await lane.length() == 1 }
            }
            #expect(sink.stored == Array(1...50))
        }
    }

    @Test(
        "entries that are trimmed or deleted by hand before a running consumer has them are published anew",
        arguments: ["XTRIM", "XDEL", "DEL"]
    )
    func cutUnderARunningConsumer(how: String) async throws {
        try await withLane { lane in
            let sink = PositionSink()
            let clock = ManualClock()
            try await lane.register()
            try await lane.publish(1...3)
            _ = try await lane.send("HSET", lane.keys.state, "published", "3")
            let consumer = lane.consumer(sink, clock: clock, resync: lane.resync)
            try await whileRunning(consumer) {
                try await eventually { sink.stored == [1, 2, 3] && clock.sleepers == 3 }
                // In one step, so that the consumer meets none of them.
                let cut =
                    switch how {
                    case "XTRIM": "redis.call('XTRIM', KEYS[1], 'MINID', '5-0')"
                    case "XDEL": "redis.call('XDEL', KEYS[1], '4-0')"
                    default: "redis.call('DEL', KEYS[1])"
                    }
                let fields = TestDelta.adding("e4").fields.map { "'\($0.0)','\($0.1)'" }.joined(separator: ",")
                _ = try await lane.send(
                    "EVAL",
                    """
                    for i = 4, 5 do redis.call('XADD', KEYS[1], i .. '-0', \(fields)) end
                    redis.call('HINCRBY', KEYS[2], 'published', 2) \(cut)
                    """,
                    "2",
                    lane.keys.deltas,
                    lane.keys.state
                )
                try await eventually { consumer.status.providers["github"]?.state == .failing }
                try await eventually { clock.sleepers == 2 }
                clock.advance(by: .seconds(1))
                try await eventually { try await lane.resyncs() == 1 }
                try await eventually { consumer.status.providers["github"]?.state == .consuming }
                try await lane.publishCounted(6)
                try await eventually { sink.stored == [1, 2, 3, 6] }
                #expect(sink.restarts.count == 1)
                #expect(try await lane.resyncs() == 1)
            }
        }
    }

    @Test("a standby with another catalog brings its own up, and says that the group was another's")
    func standbyWithAnotherCatalog() async throws {
        try await withLane { lane in
            try await withSink { first in
                try await withSink { second in
                    try await lane.register()
                    try await lane.publish(1...3)
                    _ = try await lane.send("HSET", lane.keys.state, "published", "3")
                    try await whileRunning(lane.consumer(first, resync: lane.resync)) {
                        try await eventually { try await lane.length() == 1 }
                    }
                    // Another group has not read on, so that what the first catalog has stored is not trimmed.
                    _ = try await lane.send("XGROUP", "CREATE", lane.keys.deltas, "other", "3-0")
                    _ = try await lane.send("DEL", lane.keys.lease)
                    let id = try await first.catalogID()
                    #expect(try await lane.send("HGET", lane.keys.state, "catalog:catalog").string == id)
                    try await whileRunning(lane.consumer(second, resync: lane.resync)) {
                        try await eventually { try await lane.resyncs() == 1 }
                        try await lane.publishCounted(4)
                        try await eventually { try await second.catalog.count() == 1 }
                    }
                    _ = try await lane.send("DEL", lane.keys.lease)
                    let other = try await second.catalogID()
                    #expect(id != other)
                    #expect(try await lane.send("HGET", lane.keys.state, "catalog:catalog").string == other)
                    // The first one takes over again, and still has all.
                    try await whileRunning(lane.consumer(first, resync: lane.resync)) {
                        try await eventually { try await first.catalog.count() == 4 }
                    }
                    #expect(try await lane.resyncs() == 1)
                }
            }
        }
    }

    @Test(
        "a stream that was emptied while nobody consumed costs one cycle, and nothing if the catalog had all",
        arguments: ["XTRIM", "XDEL"],
        [6, 3, 0]
    )
    func emptiedWhileStopped(how: String, stored: Int) async throws {
        try await withLane { lane in
            try await withSink { sink in
                try await lane.register()
                for number in 1..<(stored + 1) { try await lane.publishCounted(number) }
                try await whileRunning(lane.consumer(sink)) {
                    try await eventually { try await acknowledged(lane) == UInt64(stored) }
                }
                _ = try await lane.send("DEL", lane.keys.lease)
                for number in (stored + 1)..<7 { try await lane.publishCounted(number) }
                try await lane.empty(by: how)
                let consumer = lane.consumer(sink) { client, provider, known, reason in
                    let isKnown = try await lane.resync(client, provider, known, reason)
                    try await lane.publishCounted(7, .cycle(.cycleStarted, 2))
                    try await lane.publishCounted(8, .adding("e2", "e3", "e4", "e5", "e6").generation(2))
                    try await lane.publishCounted(9, .cycle(.cycleCompleted, 2))
                    return isKnown
                }
                try await whileRunning(consumer) {
                    try await eventually {
                        let status = consumer.status.providers["github"]
                        return status?.state == .consuming && status?.lastEntryID?.milliseconds == (stored == 6 ? 6 : 9)
                    }
                }
                let names = stored == 6 ? 1...6 : 2...6
                #expect(try await sink.catalog.entities().map(\.ref) == names.map { "component:default/e\($0)" })
                #expect(try await lane.resyncs() == (stored == 6 ? 0 : 1))
            }
        }
    }
}
