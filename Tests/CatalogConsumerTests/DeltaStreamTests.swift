import Redis
import TestSupport
import Testing

@testable import CatalogConsumer

@Suite struct DeltaStreamTests {
    private func id(_ number: Int) -> StreamEntryID { StreamEntryID(milliseconds: UInt64(number), sequence: 0) }

    private func ids(_ range: ClosedRange<Int>) -> [StreamEntryID] { range.map(id) }

    private func first(_ lane: TestLane) async throws -> StreamEntryID? {
        let entries = try await lane.send("XRANGE", lane.keys.deltas, "-", "+", "COUNT", "1").array
        return entries?.first?.array?.first?.string.flatMap(StreamEntryID.init)
    }

    @Test func readsInOrderAndWaitsForMore() async throws {
        try await withLane { lane in
            try await lane.stream().createGroup()
            try await lane.stream().createGroup()
            try await lane.publish(1...5)
            let stream = lane.stream()
            let wait = Duration.seconds(5)
            #expect(try await stream.read(after: .zero, count: 3, timeout: wait).map(\.id) == ids(1...3))
            #expect(try await stream.read(after: id(3), count: 3, timeout: wait).map(\.id) == ids(4...5))
            #expect(try await stream.read(after: id(5), count: 3, timeout: .milliseconds(5)).isEmpty)
            async let next = stream.read(after: id(5), count: 3, timeout: .seconds(30))
            try await eventually {
                try await lane.send("CLIENT", "LIST").string?.contains("cmd=xread") == true
            }
            try await lane.publish(6...6)
            #expect(try await next.map(\.id) == ids(6...6))
        }
    }

    @Test("Q7: an abandoned read takes no entry away")
    func abandonedRead() async throws {
        try await withLane { lane in
            try await lane.stream().createGroup()
            let stream = lane.stream()
            async let abandoned = stream.read(after: .zero, count: 3, timeout: .seconds(30))
            try await eventually {
                try await lane.send("CLIENT", "LIST").string?.contains("cmd=xread") == true
            }
            try await lane.publish(1...1)
            #expect(try await abandoned.map(\.id) == ids(1...1))
            #expect(try await stream.place() == .zero)
            #expect(try await stream.read(after: .zero, count: 3, timeout: .seconds(5)).map(\.id) == ids(1...1))
        }
    }

    @Test func stateOfAGroup() async throws {
        try await withLane { lane in
            try await lane.stream().createGroup()
            var state = try #require(try await lane.stream().state())
            #expect(
                state.isComplete(after: .zero) && state.first == nil && state.lastDelivered == .zero
                    && state.lowestPending == nil
            )
            try await lane.publish(1...4)
            try await lane.leased { try await $0.place(at: id(1)) }
            try await readInGroup(lane, count: 2)
            state = try #require(try await lane.stream().state())
            #expect(state.first == id(1) && state.lastGenerated == id(4) && state.lastDelivered == id(3))
            #expect(state.lowestPending == id(2))
            #expect(state.entriesAdded == 4 && state.length == 4)
            #expect(try await lane.stream().place() == id(3))
        }
    }

    @Test func aGroupThatIsGoneStandsNowhere() async throws {
        try await withLane { lane in
            #expect(try await lane.stream().place() == nil)
            try await lane.publish(1...1)
            #expect(try await lane.stream().place() == nil)
        }
    }

    @Test("Q3: a consumer that stalled past its lease does not move the group back behind the one that took over")
    func placesUnderTheLeaseOnly() async throws {
        try await withLane { lane in
            try await lane.publish(1...3)
            try await lane.stream().createGroup()
            try await lane.leased { try await $0.place(at: id(3)) }
            let late = await #expect(throws: ConsumerError.self) { try await lane.stream().place(at: id(1)) }
            #expect(late?.code == .leaseLost)
            #expect(try await lane.stream().place() == id(3))
        }
    }

    @Test("Q11: a stream is never trimmed before every group has acknowledged")
    func trimsBelowTheSlowestGroup() async throws {
        try await withLane { lane in
            try await lane.publish(1...50)
            let stream = lane.stream()
            try await stream.trim()
            #expect(try await first(lane) == id(1))

            let other = lane.stream("other")
            try await stream.createGroup()
            try await other.createGroup()
            try await lane.leased { try await $0.place(at: id(50)) }
            try await stream.trim()
            #expect(try await first(lane) == id(1))
            try await lane.leased("other") { try await $0.place(at: id(10)) }
            try await stream.trim()
            #expect(try await first(lane) == id(10))
        }
    }

    @Test("Q11: what a consumer of another kind has read and not acknowledged stays")
    func trimsBelowWhatIsPending() async throws {
        try await withLane { lane in
            try await lane.publish(1...50)
            let stream = lane.stream()
            try await stream.createGroup()
            try await readInGroup(lane, count: 10)
            try await stream.trim()
            #expect(try await first(lane) == id(1))
            // One that was left out stays, however far the group has read on.
            try await acknowledge(lane, ids(1...4) + ids(6...10))
            try await stream.trim()
            #expect(try await first(lane) == id(4))
            try await acknowledge(lane, [id(5)])
            try await stream.trim()
            #expect(try await first(lane) == id(10))
        }
    }

    @Test("Q11: what all groups have acknowledged does not stay", arguments: [1, 100])
    func trimsWhatIsAcknowledged(entriesPerNode: Int) async throws {
        try await withLane(entriesPerNode: entriesPerNode) { lane in
            try await lane.stream().createGroup()
            try await lane.publish(1...1_000)
            try await lane.leased { try await $0.place(at: id(1_000)) }
            try await lane.stream().trim()
            let length = try await lane.length()
            // The smallest stream.maxLength rests on it.
            #expect(length == 1)
            #expect(try await lane.stream().state()?.isComplete(after: id(1_000)) == true)
        }
    }

    @Test("Q9: one call of trim drops no more than it is told to")
    func trimIsBounded() async throws {
        try await withLane { lane in
            try await lane.stream().createGroup()
            try await lane.publish(1...250)
            try await lane.leased { try await $0.place(at: id(250)) }
            let reply = try await lane.redis.evaluate(ConsumerScripts.trim, keys: [lane.keys.deltas]) { $0.append(100) }
            #expect(reply.int == 100)
            #expect(try await lane.length() == 150)
        }
    }

    @Test func acknowledgingUpToAnEntryLeavesWhatIsBehind() async throws {
        try await withLane { lane in
            try await lane.stream().createGroup()
            try await lane.publish(1...1_200)
            try await readInGroup(lane, count: 1_200)
            try await lane.stream().acknowledge(upTo: id(1_100))
            #expect(try await lane.stream().state()?.lowestPending == id(1_101))
        }
    }

    @Test func trimmingWithoutAStreamDoesNothing() async throws {
        try await withLane { lane in
            try await lane.stream().trim()
            #expect(try await lane.send("EXISTS", lane.keys.deltas).int == 0)
        }
    }

    /// Reads as a consumer of another kind does.
    private func readInGroup(_ lane: TestLane, count: Int) async throws {
        _ = try await lane.send(
            "XREADGROUP",
            "GROUP",
            "catalog",
            "other",
            "COUNT",
            "\(count)",
            "STREAMS",
            lane.keys.deltas,
            ">"
        )
    }

    private func acknowledge(_ lane: TestLane, _ ids: [StreamEntryID]) async throws {
        _ = try await lane.redis.send(
            RedisCommand("XACK", arguments: [lane.keys.deltas, "catalog"] + ids.map(\.description))
        )
    }
}
