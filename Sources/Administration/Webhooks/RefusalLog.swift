internal import Synchronization

/// Counts refused requests, and tells of them at most once in ten seconds for each provider: whoever guesses must not fill the
/// log.
final class RefusalLog: Sendable {
    private struct Entry {
        var count = 0
        var told: ContinuousClock.Instant?
    }

    private let entries = Mutex<[String: Entry]>([:])
    private static let pause = Duration.seconds(10)

    /// How many there were since the last time that they were told; nil when it is too early to tell of this one.
    func next(for provider: String, now: ContinuousClock.Instant = .now) -> Int? {
        entries.withLock { entries in
            let entry = entries[provider] ?? Entry()
            let count = entry.count + 1
            guard entry.told.map({ now - $0 >= Self.pause }) ?? true else {
                entries[provider] = Entry(count: count, told: entry.told)
                return nil
            }
            entries[provider] = Entry(told: now)
            return count
        }
    }
}
