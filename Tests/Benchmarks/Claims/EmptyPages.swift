internal import Catalog
internal import Ingestion
internal import Synchronization

/// A source whose every page is empty and the last of its chain; it takes note of when it was read.
final class EmptyPages: EntitySource {
    private struct State {
        var count = 0
        var first: ContinuousClock.Instant?
        var last: ContinuousClock.Instant?
    }

    private let state = Mutex(State())

    /// How often it was read, and the time from the first read to the last.
    var reads: (count: Int, seconds: Double) {
        state.withLock { state in
            guard let first = state.first, let last = state.last else { return (0, 0) }
            return (state.count, first.duration(to: last).seconds)
        }
    }

    func withClient(_ burst: (()) async throws -> Void) async throws {
        try await burst(())
    }

    func page(at cursor: JSON?, using client: Void) async throws -> Page {
        let now = ContinuousClock.now
        state.withLock { state in
            state.count += 1
            state.first = state.first ?? now
            state.last = now
        }
        return Page(entities: [], next: [])
    }
}
