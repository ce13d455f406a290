import Testing

/// "The event wins over a page that was read before it", whenever it arrives.
@Suite struct EventOrderTests {
    /// What the stream says of the entity in that cycle, the event and its opposite included: a body published, `-` its removal.
    private static let table: [(EventMoment, String)] = [
        //                     adds | changes | removes | removes | adds with  | adds as
        //                     new  | known   | known   | unknown | other body | it is
        (.betweenCyclesOld, "  E -  | E A     | - A     | A       | E A        | B"),
        (.betweenCyclesNew, "  E    | E       | -       |         | E          |"),
        (.claimedOld, "        E -  | E A     | - A     | A       | E A        | B"),
        (.claimedNew, "        E    | E       | -       |         | E          |"),
        (.beforeReadOld, "     E    | E A     | - A     | A       | E A        | B"),
        (.beforeReadNew, "     E    | E       | -       |         | E          |"),
        (.beforeReadInBurst, " E    | E       | -       |         | E          |"),
        (.readOld, "           E    | E       | -       |         | E          |"),
        (.readNew, "           E    | E       | -       |         | E          |"),
        (.comparedOld, "       E    | E       | -       |         | E          |"),
        (.comparedNew, "       E    | E       | -       |         | E          |"),
        (.readAhead, "         E    | E       | -       |         | E          |"),
        (.firstPart, "         E    | E       | -       | A -     | A E        | B A"),
        (.secondPart, "        E    | E       | -       |         | E          |"),
        (.committedOld, "      E    | E       | -       | A -     | A E        | B A"),
        (.committedNew, "      E    | E       | -       |         | E          |"),
        (.sweepBeforeStep, "   E    | E       | -       |         | E          |"),
        (.sweepAfterStep, "    E    | - E     | -       |         | E          | - A"),
        (.heldApproved, "      E    | E       | -       |         | E          |"),
        (.heldDiscarded, "     E    | E       | -       |         | E          |"),
        (.cancelledOld, "      E -  | E A     | - A     | A       | E A        | B"),
        (.cancelledNew, "      E    | E       | -       |         | E          |"),
        (.cancelledCommitted, "E -  | E A     | - A     | A - A   | A E A      | B A B"),
        (.cancelledThenLate, " E    | E       | -       |         | E          |"),
        (.lateThenCancelled, " E    | E       | -       |         | E          |"),
        (.pausedRead, "        E    | E A     | - A     | A       | E A        | B"),
        (.resyncedOld, "       E -  | E A     | - A     | A       | E A        | A B"),
        (.resyncedNew, "       E    | E       | -       |         | E          | A"),
        (.resyncedRead, "      E    | E       | -       |         | E          | A"),
        (.readResynced, "      E E  | E E     | -       |         | E E        | A"),
        (.opposed, "           E -  | E -     | - E     | E       | E -        | -"),
        (.opposedFirst, "      E    | - E     | E -     | E -     | E          | - A"),
        (.repeated, "          E -  | E -     | - E     | E       | E -        | -"),
    ]

    struct Cell: CustomTestStringConvertible {
        let moment: EventMoment
        let kind: EventKind
        let history: [String]
        var testDescription: String { "\(kind.rawValue): \(moment.rawValue)" }
    }

    private static let cells = table.flatMap { moment, row in
        zip(EventKind.allCases, row.split(separator: "|", omittingEmptySubsequences: false)).map { kind, history in
            Cell(moment: moment, kind: kind, history: history.split(separator: " ").map(String.init))
        }
    }

    @Test("every moment has its row, and every kind its column")
    func isComplete() {
        #expect(Self.table.map(\.0) == EventMoment.allCases)
        #expect(Self.cells.count == EventMoment.allCases.count * EventKind.allCases.count)
    }

    @Test("U5: an event is what counts until a page that was read after it says otherwise", arguments: cells)
    func cell(_ cell: Cell) async throws {
        try await withEventSite(cell.kind, cell.moment) { site in
            try await site.run()
            let state = cell.history.last.map { $0 == "-" ? nil : $0 } ?? cell.kind.known
            #expect(try await site.history() == cell.history)
            try await site.check(is: state)

            // The source has come to list what the event said, or never knew of it.
            try await site.runCycle(listing: state)
            #expect(try await site.history() == cell.history)
            try await site.check(is: state)
            let before = try await site.history()
            try await site.runCycle(listing: cell.kind.old)
            #expect(try await site.history() == before + (state == cell.kind.old ? [] : [cell.kind.old ?? "-"]))
            try await site.check(is: cell.kind.old)
        }
    }
}
