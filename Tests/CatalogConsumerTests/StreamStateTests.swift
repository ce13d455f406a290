import Testing

@testable import CatalogConsumer

@Suite struct StreamStateTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let first: UInt64?
        let last: UInt64
        var deleted: UInt64 = 0
        let added: Int64
        let length: Int64
        let after: UInt64
        let isComplete: Bool
    }

    private static func id(_ number: UInt64) -> StreamEntryID { StreamEntryID(milliseconds: number, sequence: 0) }

    @Test(arguments: [
        Case(testDescription: "no entries", first: nil, last: 0, added: 0, length: 0, after: 0, isComplete: true),
        Case(testDescription: "from the start", first: 1, last: 9, added: 9, length: 9, after: 0, isComplete: true),
        Case(testDescription: "start trimmed", first: 2, last: 9, added: 9, length: 8, after: 0, isComplete: false),
        Case(testDescription: "last one is there", first: 4, last: 9, added: 9, length: 6, after: 4, isComplete: true),
        Case(
            testDescription: "last one was trimmed",
            first: 5,
            last: 9,
            added: 9,
            length: 5,
            after: 4,
            isComplete: false
        ),
        Case(
            testDescription: "nothing behind it",
            first: nil,
            last: 9,
            added: 9,
            length: 0,
            after: 9,
            isComplete: true
        ),
        Case(
            testDescription: "older than the sink",
            first: 1,
            last: 9,
            added: 9,
            length: 9,
            after: 12,
            isComplete: false
        ),
        Case(
            testDescription: "one behind it was deleted",
            first: 1,
            last: 9,
            deleted: 6,
            added: 9,
            length: 8,
            after: 4,
            isComplete: false
        ),
        Case(
            testDescription: "one before it was deleted",
            first: 1,
            last: 9,
            deleted: 3,
            added: 9,
            length: 8,
            after: 4,
            isComplete: true
        ),
        Case(
            testDescription: "it was deleted itself",
            first: 1,
            last: 9,
            deleted: 4,
            added: 9,
            length: 8,
            after: 4,
            isComplete: true
        ),
    ])
    func isCompleteAfter(_ given: Case) {
        let state = StreamState(
            first: given.first.map(Self.id),
            lastGenerated: Self.id(given.last),
            maximumDeleted: Self.id(given.deleted),
            entriesAdded: given.added,
            length: given.length,
            lastDelivered: .zero,
            lowestPending: nil
        )
        #expect(state.isComplete(after: Self.id(given.after)) == given.isComplete)
    }

    @Test("a stream that never had all that was published is whole from no start but the resync after that")
    func madeAnew() {
        var state = StreamState(
            first: Self.id(7),
            lastGenerated: Self.id(8),
            maximumDeleted: .zero,
            entriesAdded: 2,
            length: 2,
            lastDelivered: .zero,
            published: 8
        )
        #expect(state.missing == 6 && state.origins == [] && !state.isComplete(after: .zero))
        (state.resynced, state.missingBefore) = (.zero, 5)
        #expect(state.origins == [] && !state.isComplete(after: .zero))
        state.missingBefore = 6
        #expect(state.origins == [.zero] && state.isComplete(after: .zero))
        state.resynced = Self.id(7)
        #expect(state.origins == [Self.id(7)] && state.isComplete(after: Self.id(7)))
        // A build that does not count has published some.
        state.published = 1
        #expect(state.missing == 0 && state.origins == [.zero, Self.id(7)])
    }

    @Test("an entry that is gone itself is followed by all others as long as nothing has gone since a state before it")
    func publishedSince() {
        let emptied = StreamState(
            lastGenerated: Self.id(6),
            maximumDeleted: .zero,
            entriesAdded: 6,
            length: 0,
            lastDelivered: .zero,
            published: 6
        )
        var state = emptied
        #expect(state.isComplete(after: Self.id(6), publishedSince: emptied))
        (state.first, state.lastGenerated, state.published) = (Self.id(7), Self.id(8), 8)
        (state.entriesAdded, state.length) = (8, 2)
        #expect(state.isComplete(after: Self.id(6), publishedSince: emptied) && !state.isComplete(after: Self.id(6)))
        #expect(state.isComplete(after: Self.id(7), publishedSince: emptied))
        #expect(!state.isComplete(after: Self.id(5), publishedSince: emptied))
        #expect(!state.isComplete(after: Self.id(9), publishedSince: emptied))
        // One was trimmed meanwhile.
        state.length = 1
        #expect(!state.isComplete(after: Self.id(6), publishedSince: emptied))
        // The stream was deleted meanwhile.
        (state.entriesAdded, state.length) = (2, 2)
        #expect(!state.isComplete(after: Self.id(6), publishedSince: emptied))
    }
}
