@testable import Ingestion

extension ProviderStatus {
    /// A provider in a phase, with nothing else to tell.
    static func test(_ phase: Phase) -> ProviderStatus {
        ProviderStatus(
            name: "github",
            phase: phase,
            generation: 3,
            completed: 2,
            counts: Counts(
                pages: 4,
                marked: 40,
                added: 0,
                changed: 0,
                unchanged: 40,
                removed: 0,
                rejected: 0,
                duplicates: 0,
                unmodified: 0
            ),
            outstanding: 0,
            givenUp: 0,
            marked: 40,
            known: 40,
            started: 1_790_000_000_000,
            failures: 0,
            stalls: 0,
            active: 0,
            waiting: 0,
            streamLength: 4,
            at: 1_790_000_100_000
        )
    }
}
