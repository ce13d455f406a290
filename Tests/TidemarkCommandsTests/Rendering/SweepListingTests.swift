import Catalog
import Testing

@testable import Ingestion
@testable import TidemarkCommands

@Suite struct SweepListingTests {
    @Test func aHeldSweepSaysWhatCanBeDone() {
        let status = ProviderStatus.example {
            ($0.phase, $0.marked, $0.known, $0.leaving) = (.held, 1, 4, 3)
            $0.held = ProviderStatus.HeldSweep(reason: "3 of 4 would go", unmarked: 3, known: 4)
        }
        let listing = SweepListing(status: status, refs: ["component:default/a", "component:default/b"])
        #expect(
            listing.lines(width: 80, style: .plain).joined(separator: "\n") == """
                The sweep of cycle 2 is held: 3 of 4 would go.
                3 of 4 known entities are not marked in cycle 2 (75 %).

                  component:default/a
                  component:default/b
                  … and 1 more: --limit N lists them

                Remove them:  tidemark sweep approve github
                Keep them:    tidemark sweep discard github
                """
        )
        #expect(listing.json["entityRefs"]?.array?.count == 2)
        #expect(listing.json["held"] == "3 of 4 would go")
    }

    @Test func whereTwoMissesAreNeededItCountsTheFirst() {
        let status = ProviderStatus.example {
            ($0.phase, $0.marked, $0.known, $0.leaving, $0.removeAfterMisses) = (.resting, 5, 10, 2, 2)
        }
        #expect(
            SweepListing(status: status, refs: []).lines(width: 80, style: .plain) == [
                "No sweep of github is held.",
                "2 of 10 known entities are not marked in cycle 2 nor in the last whole one (20 %).",
                "3 more are not marked for the first time: removeAfterMisses is 2.",
            ]
        )
    }

    @Test func whereNoneIsHeldItSaysSo() {
        let listing = SweepListing(status: .example { ($0.marked, $0.known, $0.leaving) = (4, 4, 0) }, refs: [])
        #expect(listing.lines(width: 80, style: .plain).first == "No sweep of github is held.")
    }
}
