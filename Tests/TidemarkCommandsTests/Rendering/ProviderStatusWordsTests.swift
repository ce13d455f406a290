import Administration
import Catalog
import Testing

@testable import Ingestion
@testable import TidemarkCommands

@Suite struct ProviderStatusWordsTests {
    @Test func whatAProviderWaitsFor() {
        #expect(ProviderStatus.example().waitsFor == nil)
        #expect(ProviderStatus.example { ($0.waits, $0.due) = ("interval", 10_002_500) }.waitsFor == "next burst in 2s")
        #expect(ProviderStatus.example { ($0.waits, $0.due) = ("interval", 9_999_000) }.waitsFor == nil)
        #expect(
            ProviderStatus.example { ($0.waits, $0.due) = ("backoff", 10_300_000) }.waitsFor == "next attempt in 5m"
        )
        #expect(
            ProviderStatus.example { ($0.phase, $0.waits, $0.due) = (.resting, "rest", 96_399_000) }.waitsFor
                == "next cycle in 23h 59m"
        )
        let slow = ProviderStatus.example { ($0.waits, $0.due) = ("calls", 10_040_000) }
        #expect(slow.status == "rate limited" && slow.waitsFor == "its call rate: next call in 40s")
        let asked = ProviderStatus.example { ($0.waits, $0.due, $0.callsUntil) = ("backoff", 10_310_000, 10_300_000) }
        #expect(asked.status == "rate limited" && asked.waitsFor == "its source: next call in 5m")
        #expect(ProviderStatus.example { $0.callsUntil = 9_999_000 }.status == "running")
        #expect(ProviderStatus.example { $0.pausedSince = 9_000_000 }.waitsFor == "resume")
        #expect(ProviderStatus.example { $0.throttledSince = 9_000_000 }.waitsFor == "its consumers")
        #expect(ProviderStatus.example { $0.phase = .failed }.waitsFor == "retry or start")
        #expect(ProviderStatus.example { $0.phase = .purged }.waitsFor == "start")
        #expect(
            ProviderStatus.example { $0.held = ProviderStatus.HeldSweep(reason: "too many", unmarked: 3, known: 4) }
                .waitsFor
                == "a decision: too many"
        )
    }

    @Test func jsonHasTimesAsText() {
        let json = ProviderStatus.example().json
        #expect(json["cycle"]?["startedAt"] == "1970-01-01T02:45:40.000Z")
        #expect(json["cycle"]?["unchanged"] == 16_648)
        #expect(json["held"] == .null)
        #expect(json["status"] == "running")
    }
}
