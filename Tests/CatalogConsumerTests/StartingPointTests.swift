import Logging
import Redis
import TestSupport
import Testing

@testable import CatalogConsumer

@Suite struct StartingPointTests {
    private func id(_ number: Int) -> StreamEntryID { StreamEntryID(milliseconds: UInt64(number), sequence: 0) }

    private func find(
        _ lane: TestLane,
        _ sink: any Sink,
        group: String = "catalog",
        resync: Resync? = nil
    ) async throws -> StreamEntryID {
        try await lane.leased(group) { stream in
            try await StartingPoint(stream: stream, sink: sink, resync: resync, logger: .quiet).find()
        }.lastDelivered
    }

    /// Deletes the stream after `published` entries, and publishes others.
    private func publishAnew(_ lane: TestLane, after published: Int, _ range: ClosedRange<Int>?) async throws {
        _ = try await lane.send("DEL", lane.keys.deltas)
        if let range { try await lane.publish(range) }
        _ = try await lane.send("HSET", lane.keys.state, "published", "\(published + (range?.count ?? 0))")
    }

    /// The numbers of the entries that come after where the group stands.
    private func next(_ lane: TestLane, group: String = "catalog") async throws -> [UInt64] {
        let stream = lane.stream(group)
        let last = try #require(try await stream.place())
        return try await stream.read(after: last, count: 100, timeout: .milliseconds(5)).map(\.id.milliseconds)
    }

    /// Reads `count` entries as a consumer that dies then, and acknowledges the first of them.
    private func readAndDie(_ lane: TestLane, count: Int, acknowledging: Int, consumer: String = "tidemark")
        async throws
    {
        try await lane.stream().createGroup()
        _ = try await lane.send(
            "XREADGROUP",
            "GROUP",
            "catalog",
            consumer,
            "COUNT",
            "\(count)",
            "STREAMS",
            lane.keys.deltas,
            ">"
        )
        if acknowledging > 0 { try await lane.stream().acknowledge(upTo: id(acknowledging)) }
    }

    private func trimBefore(_ number: Int, _ lane: TestLane) async throws {
        _ = try await lane.send("XTRIM", lane.keys.deltas, "MINID", "\(number)-0")
    }

    // MARK: - A sink that keeps no position

    @Test func aNewGroupBeginsAtTheStart() async throws {
        try await withLane { lane in
            try await lane.publish(1...3)
            #expect(try await find(lane, MemorySink()) == .zero)
            #expect(try await next(lane) == [1, 2, 3])
        }
    }

    @Test("Q1: what a dead consumer had read and not acknowledged comes first", arguments: ["tidemark", "another"])
    func pendingFirst(consumer: String) async throws {
        try await withLane { lane in
            try await lane.publish(1...6)
            try await readAndDie(lane, count: 4, acknowledging: 2, consumer: consumer)
            _ = try await find(lane, MemorySink())
            #expect(try await next(lane) == [3, 4, 5, 6])
        }
    }

    @Test func withNothingPendingItGoesOnBehindTheLast() async throws {
        try await withLane { lane in
            try await lane.publish(1...6)
            try await readAndDie(lane, count: 4, acknowledging: 4)
            try await lane.stream().trim()
            #expect(try await find(lane, MemorySink()) == id(4))
            #expect(try await next(lane) == [5, 6])
        }
    }

    @Test("Q11: a pending entry that is gone from the stream is an error, not a gap")
    func pendingEntryIsGone() async throws {
        try await withLane { lane in
            try await lane.publish(1...6)
            try await readAndDie(lane, count: 4, acknowledging: 0)
            try await trimBefore(3, lane)
            let error = await #expect(throws: ConsumerError.self) { try await find(lane, MemorySink()) }
            #expect(error?.code == .missingEntries)
        }
    }

    @Test("Q11: a group that appears when the stream was trimmed already is told what to do")
    func groupAppearsLater() async throws {
        try await withLane { lane in
            try await lane.publish(1...6)
            try await readAndDie(lane, count: 4, acknowledging: 4)
            try await lane.stream().trim()
            let error = await #expect(throws: ConsumerError.self) {
                try await find(lane, PositionSink(), group: "other")
            }
            #expect(error?.code == .missingEntries)
            #expect(error?.message.contains("tidemark resync github") == true)

            // From now on nothing is trimmed, and after a resync this group goes on by itself.
            try await lane.leased { try await $0.place(at: id(6)) }
            try await lane.stream().trim()
            #expect(try await lane.stream().state()?.first == id(4))
            _ = try await lane.send("HSET", lane.keys.state, "resynced", "6-0")
            try await lane.publish(7...8)
            let sink = PositionSink()
            #expect(try await find(lane, sink, group: "other") == id(6))
            #expect(sink.restarts == [id(6)])
            #expect(try await next(lane, group: "other") == [7, 8])
        }
    }

    // MARK: - A sink that keeps its position

    @Test("U2: an entry that was stored and not acknowledged does not come again, those behind it do")
    func storedButNotAcknowledged() async throws {
        try await withLane { lane in
            try await lane.publish(1...6)
            try await readAndDie(lane, count: 4, acknowledging: 1)
            #expect(try await find(lane, PositionSink(position: id(3))) == id(3))
            #expect(try await next(lane) == [4, 5, 6])
            #expect(try await lane.stream().state()?.lowestPending == id(4))
        }
    }

    @Test func aStoreThatWasPutBackToABackupReadsAgain() async throws {
        try await withLane { lane in
            try await lane.publish(1...6)
            try await readAndDie(lane, count: 6, acknowledging: 6)
            let sink = PositionSink(position: id(2))
            #expect(try await find(lane, sink) == id(2))
            #expect(try await next(lane) == [3, 4, 5, 6])
            #expect(sink.restarts.isEmpty)
        }
    }

    @Test func aStoreThatWasDeletedReadsFromTheStart() async throws {
        try await withLane { lane in
            try await lane.publish(1...6)
            try await readAndDie(lane, count: 6, acknowledging: 5)
            let sink = PositionSink()
            #expect(try await find(lane, sink) == .zero)
            #expect(try await next(lane) == [1, 2, 3, 4, 5, 6])
            #expect(sink.restarts.isEmpty)
        }
    }

    @Test("Q11: entries behind the stored one that are gone stop the provider", arguments: ["trimmed", "deleted"])
    func entriesAreGone(how: String) async throws {
        try await withLane { lane in
            try await lane.publish(1...6)
            try await readAndDie(lane, count: 6, acknowledging: 6)
            if how == "trimmed" {
                try await trimBefore(5, lane)
            } else {
                _ = try await lane.send("XDEL", lane.keys.deltas, "1-0", "4-0")
            }
            let sink = PositionSink(position: id(2))
            let error = await #expect(throws: ConsumerError.self) { try await find(lane, sink) }
            #expect(error?.code == .missingEntries)
            #expect(error?.message.contains("2-0") == true)
            #expect(sink.restarts.isEmpty && sink.position == id(2))
            // Nothing behind the stored entry is trimmed while the provider waits for a person.
            try await lane.stream().trim()
            #expect(try await lane.stream().place() == id(2))
            // A resync before the gap does not fill it.
            _ = try await lane.send("HSET", lane.keys.state, "resynced", "3-0")
            await #expect(throws: ConsumerError.self) { try await find(lane, sink) }
            _ = try await lane.send("HSET", lane.keys.state, "resynced", "6-0")
            #expect(try await find(lane, sink) == id(6))
            #expect(sink.restarts == [id(6)])
        }
    }

    @Test func aStreamThatBeganAnewIsReadFromItsStart() async throws {
        try await withLane { lane in
            try await lane.publish(5...6)
            let sink = PositionSink(position: id(20))
            #expect(try await find(lane, sink) == .zero)
            #expect(sink.restarts == [.zero])
            #expect(try await next(lane) == [5, 6])
        }
    }

    @Test func anEmptyStreamWhoseEntriesWereAllStoredIsNoGap() async throws {
        try await withLane { lane in
            try await lane.publish(1...3)
            try await readAndDie(lane, count: 3, acknowledging: 3)
            _ = try await lane.send("XTRIM", lane.keys.deltas, "MAXLEN", "0")
            let sink = PositionSink(position: id(3))
            #expect(try await find(lane, sink) == id(3))
            try await lane.publish(4...4)
            #expect(try await next(lane) == [4])
        }
    }

    // MARK: - Entries that Redis lost after they were stored

    @Test(
        "Q12: a stored entry that Redis lost is noticed, at its end and when newer ones have come in its place",
        arguments: [4, 9]
    )
    func lostEntries(position: Int) async throws {
        try await withLane { lane in
            try await lane.publish(1...3)
            try await lane.publish(5...6)
            try await trimBefore(2, lane)
            let sink = PositionSink(position: id(position))
            let error = await #expect(throws: ConsumerError.self) { try await find(lane, sink) }
            #expect(error?.code == .lostEntries)
            #expect(error?.message.contains("tidemark resync github") == true)
            #expect(sink.restarts.isEmpty && sink.position == id(position))
            // What comes now is not taken for acknowledged, and not trimmed by others.
            let place = try #require(try await lane.stream().place())
            #expect(place <= id(6))

            _ = try await lane.send("HSET", lane.keys.state, "resynced", "6-0")
            #expect(try await find(lane, sink) == id(6))
            #expect(sink.restarts == [id(6)])
            try await lane.publish(7...7)
            #expect(try await next(lane) == [7])
        }
    }

    @Test("Q12: where it may, the consumer itself has everything published anew")
    func resyncs() async throws {
        try await withLane { lane in
            try await lane.publish(1...3)
            try await lane.publish(5...6)
            try await trimBefore(2, lane)
            let sink = PositionSink(position: id(4))
            #expect(try await find(lane, sink, resync: lane.resync) == id(6))
            #expect(sink.restarts == [id(6)])
            #expect(try await lane.resyncs() == 1)
        }
    }

    // MARK: - Whether the stream is whole

    @Test(
        "a stream that was deleted and made anew is not taken for whole, by a catalog that had read all, a new one, or none"
    )
    func streamMadeAnew() async throws {
        for (place, range) in [(6, 7...8), (4, 7...8), (0, 7...8), (6, nil), (0, nil)] as [(Int, ClosedRange<Int>?)] {
            try await withLane { lane in
                try await lane.publish(1...6)
                try await readAndDie(lane, count: 6, acknowledging: place)
                try await publishAnew(lane, after: 6, range)
                let sink = PositionSink(position: place == 0 ? nil : id(place))
                let error = await #expect(throws: ConsumerError.self) { try await find(lane, sink) }
                #expect(error.map { [.missingEntries, .lostEntries].contains($0.code) } == true)
                #expect(sink.restarts.isEmpty)
                let end = id(range?.upperBound ?? 0)
                #expect(try await find(lane, sink, resync: lane.resync) == end)
                #expect(sink.restarts == [end])
                // What a catalog did not store before it was stopped, or another group, needs no more than that.
                #expect(try await find(lane, sink, resync: lane.resync) == end)
                #expect(try await find(lane, MemorySink(), group: "other", resync: lane.resync) == end)
                #expect(try await find(lane, PositionSink(), group: "third", resync: lane.resync) == end)
                #expect(try await lane.resyncs() == 1)
                try await lane.publish(9...9)
                #expect(try await next(lane) == [9])
                // The next loss is another.
                try await publishAnew(lane, after: 9, nil)
                #expect(try await find(lane, sink, resync: lane.resync) == .zero)
                #expect(try await lane.resyncs() == 2)
            }
        }
    }

    @Test("a sink that keeps no position has everything published anew once its stream was deleted")
    func streamMadeAnewWithoutPosition() async throws {
        try await withLane { lane in
            try await lane.publish(1...6)
            #expect(try await find(lane, MemorySink(), resync: lane.resync) == .zero)
            try await publishAnew(lane, after: 6, 7...8)
            #expect(try await find(lane, MemorySink(), resync: lane.resync) == id(8))
            #expect(try await lane.resyncs() == 1)
        }
    }

    @Test(
        "entries that are gone before a group came or could read them are published anew",
        arguments: ["new", "pending", "deleted"]
    )
    func goneEntriesArePublishedAnew(how: String) async throws {
        try await withLane { lane in
            try await lane.publish(1...6)
            var sink: any Sink = MemorySink()
            switch how {
            case "pending": try await readAndDie(lane, count: 4, acknowledging: 0)
            case "deleted": sink = PositionSink(position: id(2))
            default: break
            }
            if how == "deleted" {
                _ = try await lane.send("XDEL", lane.keys.deltas, "4-0")
            } else {
                try await trimBefore(3, lane)
            }
            #expect(try await find(lane, sink, resync: lane.resync) == id(6))
            #expect(try await find(lane, sink, resync: lane.resync) == id(6))
            #expect(try await lane.resyncs() == 1)
        }
    }

    /// Has everything published anew by a worker that is faster than the consumer.
    private func quickResync(_ lane: TestLane, _ then: @escaping @Sendable () async throws -> Void = {}) -> Resync {
        { client, provider, known, reason in
            let isKnown = try await lane.resync(client, provider, known, reason)
            for number in 7...8 { try await lane.publishCounted(number) }
            try await then()
            return isKnown
        }
    }

    @Test(
        "a stream that was emptied is published anew once for a catalog that had a part or nothing, and not if it had all",
        arguments: ["XTRIM", "XDEL"],
        [6, 4, 0]
    )
    func emptiedStream(how: String, place: Int) async throws {
        try await withLane { lane in
            for number in 1...6 { try await lane.publishCounted(number) }
            try await readAndDie(lane, count: 6, acknowledging: place)
            try await lane.empty(by: how)
            let sink = PositionSink(position: place == 0 ? nil : id(place))
            #expect(try await find(lane, sink, resync: quickResync(lane)) == id(6))
            #expect(sink.restarts == (place == 6 ? [] : [id(6)]))
            #expect(try await lane.resyncs() == (place == 6 ? 0 : 1))
            #expect(try await next(lane) == (place == 6 ? [] : [7, 8]))
        }
    }

    @Test("an emptied stream is published anew once for a sink without a position, too", arguments: ["XTRIM", "XDEL"])
    func emptiedStreamWithoutPosition(how: String) async throws {
        try await withLane { lane in
            for number in 1...6 { try await lane.publishCounted(number) }
            try await readAndDie(lane, count: 6, acknowledging: 4)
            try await lane.empty(by: how)
            #expect(try await find(lane, MemorySink(), resync: quickResync(lane)) == id(6))
            #expect(try await lane.resyncs() == 1)
            #expect(try await next(lane) == [7, 8])
            #expect(try await lane.stream().state()?.lowestPending == nil)
        }
    }

    @Test("entries that go while everything is published anew are not left out")
    func emptiedAgain() async throws {
        try await withLane { lane in
            for number in 1...6 { try await lane.publishCounted(number) }
            try await readAndDie(lane, count: 6, acknowledging: 6)
            try await lane.empty(by: "XTRIM")
            let sink = PositionSink(position: id(4))
            let resync = quickResync(lane) { try await trimBefore(8, lane) }
            let error = await #expect(throws: ConsumerError.self) { try await find(lane, sink, resync: resync) }
            #expect(error?.code == .missingEntries)
            #expect(sink.restarts.isEmpty && sink.position == id(4))
        }
    }

    @Test("a Redis that came back empty is read from its start, without a word to an engine that is not there yet")
    func emptyRedis() async throws {
        try await withLane { lane in
            let sink = PositionSink(position: id(7))
            let found = try await find(lane, sink, resync: { _, _, _, _ in throw Unexpected() })
            #expect(found == .zero && sink.restarts == [.zero])
            try await lane.publish(3...4)
            #expect(try await next(lane) == [3, 4])
        }
    }

    @Test("a provider that Redis does not know any more is said to be missing")
    func unknownProvider() async throws {
        try await withLane { lane in
            try await lane.publish(1...6)
            try await trimBefore(3, lane)
            let error = await #expect(throws: ConsumerError.self) {
                try await find(lane, PositionSink(), resync: { _, _, _, _ in false })
            }
            #expect(error?.message.contains("no worker has registered github") == true)
        }
    }

    @Test("Q12: an entry that is lost while it is stored is noticed before the next is read")
    func lostWhileStored() async throws {
        try await withLane { lane in
            try await lane.publish(1...3)
            try await lane.stream().createGroup()
            let known = try await lane.leased { try await $0.acknowledge(id(3)) }
            let lost = try await lane.leased { try await $0.acknowledge(id(4)) }
            #expect(known && !lost)
        }
    }
}
