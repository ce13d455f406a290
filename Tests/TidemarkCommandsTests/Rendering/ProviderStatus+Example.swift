@testable import Ingestion

extension ProviderStatus {
    /// A provider in the middle of its second cycle, at 10,000,000 ms.
    static func example(_ name: String = "github", _ change: (inout ProviderStatus) -> Void = { _ in })
        -> ProviderStatus
    {
        var status = ProviderStatus(
            name: name,
            phase: .running,
            pausedSince: nil,
            throttledSince: nil,
            generation: 2,
            completed: 1,
            counts: Counts(
                pages: 34,
                marked: 17_000,
                added: 12,
                changed: 340,
                unchanged: 16_648,
                removed: 0,
                rejected: 0,
                duplicates: 0,
                unmodified: 0
            ),
            outstanding: 3,
            givenUp: 0,
            marked: 17_000,
            known: 61_204,
            leaving: 44_204,
            started: 9_940_000,
            ended: nil,
            lastPage: 9_997_000,
            completedAt: 6_400_000,
            waits: nil,
            due: nil,
            callsUntil: nil,
            error: nil,
            errorAt: nil,
            failures: 0,
            stalls: 0,
            held: nil,
            feed: nil,
            active: 2,
            waiting: 1,
            streamLength: 40,
            at: 10_000_000
        )
        change(&status)
        return status
    }
}
