import Testing
import Tracing

@testable import Administration

@Suite struct SpanBatchesTests {
    private var batches = SpanBatches(capacity: 5, batchSize: 2)

    private var names: [String] { batches.waiting.map(\.name) }

    private mutating func add(_ names: String...) -> [Bool] {
        names.map { batches.add(SpanRecord.test($0)) }
    }

    @Test("a batch is full when it is, and once")
    mutating func full() {
        #expect(add("a", "b", "c", "d") == [false, true, false, false])
        #expect(batches.next.map(\.name) == ["a", "b"])
    }

    @Test("what was not settled is sent again, in order, and what comes meanwhile follows it")
    mutating func settle() {
        _ = add("a", "b", "c")
        #expect(batches.next.map(\.name) == ["a", "b"] && batches.next.map(\.name) == ["a", "b"])
        _ = add("d")
        batches.settle(2)
        #expect(names == ["c", "d"] && batches.dropped == 0)
        batches.settle(2, rejected: 1)
        #expect(names.isEmpty && batches.next.isEmpty && batches.dropped == 1)
    }

    @Test("what does not fit is dropped and counted, the newest first")
    mutating func capacity() {
        #expect(add("a", "b", "c", "d", "e", "f", "g") == [false, true, false, false, false, false, false])
        #expect(names == ["a", "b", "c", "d", "e"] && batches.dropped == 2)
        batches.settle(2)
        _ = add("h")
        #expect(names == ["c", "d", "e", "h"] && batches.dropped == 2)
        batches.dropAll()
        #expect(names.isEmpty && batches.dropped == 6)
    }

    @Test("a collector that says it rejected more than it was sent, or less than nothing, is not believed")
    mutating func rejected() {
        _ = add("a", "b")
        batches.settle(1, rejected: 7)
        batches.settle(1, rejected: -7)
        #expect(batches.dropped == 1)
    }
}

extension SpanRecord {
    /// A root span.
    static func test(_ name: String) -> SpanRecord {
        SpanRecord(place: .test(span: 1), parent: nil, name: name, kind: .internal, start: 1)
    }
}
