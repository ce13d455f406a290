import Catalog
import Testing

@testable import Ingestion
@testable import TidemarkCommands

@Suite struct ProviderDetailTests {
    @Test("U14: what it does, what it waits for, counts of each kind, the rate, the age of the cursor, the last error")
    func everythingIsSaid() {
        let status = ProviderStatus.example {
            ($0.counts.rejected, $0.counts.duplicates, $0.stalls, $0.failures) = (7, 1, 2, 3)
            $0.counts.unmodified = 30
            ($0.error, $0.errorAt) = ("unavailable: GET https://x: 503", 9_990_000)
            $0.held = ProviderStatus.HeldSweep(reason: "too many", unmarked: 44_204, known: 61_204)
        }
        let dead = DeadJob(
            id: "github:1",
            provider: "github",
            generation: 2,
            cursor: "{\"page\":2}",
            attempts: 5,
            deliveries: 6,
            error: "timeout: no page"
        )
        let groups = [
            StreamStatus.Group(name: "catalog", consumers: 0, pending: 2, lag: 12, lastDelivered: "5-0"),
            StreamStatus.Group(name: "mirror", consumers: 0, pending: 0, lag: nil, lastDelivered: "3-0"),
        ]
        let detail = ProviderDetail(status: status, dead: [dead], groups: groups)
        #expect(
            detail.lines(width: 100, style: .plain).joined(separator: "\n") == """
                provider       github
                status         running
                waits for      a decision: too many
                cycle          2, started 1m ago
                chains         3 not finished
                pages          34 read (30 as they were), 17,000 entities marked
                last page      3s ago, 298/s until then
                entities       12 added, 340 changed, 16,648 unchanged, 0 removed
                rejected       7: `tidemark rejected github`
                duplicates     1, the last one won
                known          61,204 entities
                last complete  1h ago
                jobs           2 ready or leased, 1 waiting for their turn
                stream         40 deltas kept
                consumers      catalog: 12 entries not read, 2 not acknowledged
                consumers      mirror: Redis cannot tell its lag
                held sweep     44,204 of 61,204 would be removed (72.2 %): `tidemark sweep show github`
                stalls         2: leases that ran out
                last error     10s ago: unavailable: GET https://x: 503
                failures       3 in a row

                Given up
                JOB       CYCLE  ATTEMPTS  CURSOR      ERROR
                github:1      2         5  {"page":2}  timeout: no page
                """
        )
        #expect(detail.json["deadJobs"]?[0]?["cursor"] == ["page": 2])
    }

    @Test("whether changes are told between cycles: as of when all are applied, or why they are not")
    func changes() {
        func lines(_ change: (inout ProviderStatus.Feed) -> Void) -> String {
            let status = ProviderStatus.example {
                var feed = ProviderStatus.Feed(hasPoint: true, told: 1_200, failures: 0)
                change(&feed)
                $0.feed = feed
            }
            return ProviderDetail(status: status, dead: []).lines(width: 100, style: .plain).joined(separator: "\n")
        }
        #expect(lines { _ in }.contains("changes        not asked for yet, 1,200 published"))
        #expect(
            lines { ($0.caughtUpAt, $0.due) = (9_990_000, 10_020_000) }
                .contains("changes        as of 10s ago, 1,200 published, next in 20s")
        )
        let failed = lines { ($0.hasPoint, $0.error, $0.errorAt) = (false, "refused: not offered", 9_990_000) }
        #expect(failed.contains("changes        not told: the point to ask from comes with the next cycle"))
        #expect(failed.contains("feed error     10s ago: refused: not offered"))
    }

    @Test func longValuesAreWrapped() {
        let status = ProviderStatus.example { $0.error = Array(repeating: "word", count: 40).joined(separator: " ") }
        for line in ProviderDetail(status: status, dead: []).lines(width: 80, style: .plain) {
            #expect(TextWidth.of(line) <= 80)
        }
    }
}
