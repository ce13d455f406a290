import Catalog
import Ingestion
import Testing

@testable import Administration

@Suite struct BackstageStatusTests {
    @Test(
        "every state of a provider has Backstage's words for it",
        arguments: [
            (.starting, nil, nil, "ingest"), (.starting, "backoff", "backing off", "backoff"),
            (.running, nil, "bursting", "ingest"), (.running, "interval", "interstitial", "ingest"),
            (.running, "throttled", "interstitial", "ingest"), (.running, "calls", "interstitial", "ingest"),
            (.running, "backoff", "backing off", "backoff"), (.sweeping, nil, "bursting", "ingest"),
            (.resting, "rest", "resting", "rest"), (.held, "rest", "resting", "rest"),
            (.failed, "rest", "resting", "rest"), (.cancelled, "cancelled", "resting", "nothing (canceled)"),
            (.purging, nil, "resting", "nothing (canceled)"), (.purged, nil, "resting", "nothing (canceled)"),
        ] as [(ProviderStatus.Phase, String?, String?, String)]
    )
    func words(_ phase: ProviderStatus.Phase, _ waits: String?, _ action: String?, _ next: String) {
        var status = ProviderStatus.test(phase)
        status.waits = waits
        status.due = waits.map { _ in status.at + 5_000 }
        let words = BackstageStatus(status)
        #expect(words.action == action && words.nextAction == next)
        #expect(words.nextActionAt == status.at + (waits == nil ? 0 : 5_000))
    }

    @Test("what was waited for and is due goes on")
    func due() {
        var status = ProviderStatus.test(.running)
        (status.waits, status.due) = ("interval", status.at)
        #expect(BackstageStatus(status).action == "bursting")
    }
}
