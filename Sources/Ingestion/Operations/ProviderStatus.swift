/// What Redis says of a provider, from its counters: no key is scanned for it.
package struct ProviderStatus: Sendable, Equatable {
    /// Where a provider stands in its cycle.
    package enum Phase: String, Sendable, CaseIterable {
        /// A cycle is about to begin.
        case starting
        /// Pages are read.
        case running
        /// What was not marked is being removed.
        case sweeping
        /// A cycle is complete; the next one comes after the rest.
        case resting
        /// A sweep awaits a person's decision, or the next cycle's.
        case held
        /// A person ended the cycle.
        case cancelled
        /// A chain was given up on.
        case failed
        /// A purge goes on, or was cut short.
        case purging
        /// Everything about it was forgotten; only `start` brings it back.
        case purged
    }

    /// The counts of a cycle.
    package struct Counts: Sendable, Equatable {
        package var pages: Int
        package var marked: Int
        package var added: Int
        package var changed: Int
        package var unchanged: Int
        package var removed: Int
        package var rejected: Int
        package var duplicates: Int
        /// Pages that the source said are as they were.
        package var unmodified: Int
        /// Pages that named a smaller total than the page before them in their chain: records were deleted while the list was read.
        package var shrunk = 0
    }

    /// A sweep that its guard held.
    package struct HeldSweep: Sendable, Equatable {
        package var reason: String
        package var unmarked: Int
        package var known: Int
    }

    /// Jobs that a worker met which does not know their version.
    package struct Newer: Sendable, Equatable {
        package var count: Int
        /// The newest of theirs.
        package var version: Int64
    }

    /// Who has the provider in its configuration.
    package struct Workers: Sendable, Equatable {
        /// Living workers with the provider's plan, and those with another, which leave its jobs alone.
        package var withPlan: Int
        package var withAnother: Int
        /// The last sign of life of one with the plan.
        package var seen: Int64?
    }

    /// The feed of a provider whose changes are polled between cycles.
    package struct Feed: Sendable, Equatable {
        /// Whether the point is known from which to ask; without one it waits for a cycle to begin.
        package var hasPoint: Bool
        /// When it last told something, or that there is nothing.
        package var polledAt: Int64?
        /// As of when all that had changed was applied: what is between then and now is the lag.
        package var caughtUpAt: Int64?
        /// When it is asked next.
        package var due: Int64?
        /// How many changes it told that were published.
        package var told: Int
        package var error: String?
        package var errorAt: Int64?
        /// In a row.
        package var failures: Int
    }

    package var name: String
    package var phase: Phase
    /// Since when it is paused; nil when it is not. Times are milliseconds since 1970, by the clock of Redis.
    package var pausedSince: Int64?
    package var throttledSince: Int64?
    package var generation: Int64
    /// Cycles completed since the provider was first seen.
    package var completed: Int
    /// How often a cycle ended so, since the provider was first seen. One that went on after its end (a held sweep that was
    /// approved or discarded, dead jobs that ran again) counts once for each end.
    package var endings: [CycleRecord.Outcome: Int] = [:]
    package var counts: Counts
    /// Chains of this cycle that are not finished, and those given up on.
    package var outstanding: Int
    package var givenUp: Int
    package var marked: Int
    package var known: Int
    /// In how many cycles in a row an entity must be missing before it is removed, as the newest configuration says.
    package var removeAfterMisses = 1
    /// Refs that are not marked and that a sweep would remove, as things are now.
    package var leaving = 0
    /// Refs that are not marked, and that the last whole cycle has met: nothing removes them yet where two misses are needed.
    package var missingOnce: Int { known - marked - leaving }
    package var started: Int64?
    package var ended: Int64?
    /// When the last page of this cycle was committed: how old its newest cursor is.
    package var lastPage: Int64?
    package var completedAt: Int64?
    /// When a cycle last failed.
    package var failedAt: Int64?
    /// What its jobs wait for (`interval`, `backoff`, `rest`, `throttled`, `calls`, `cancelled`), and until when, in
    /// milliseconds since 1970; nil when nothing waits.
    package var waits: String?
    package var due: Int64?
    /// Until when its source has asked for no calls; nil when it never did.
    package var callsUntil: Int64?
    package var error: String?
    package var errorAt: Int64?
    /// In a row, of the chain that failed last.
    package var failures: Int
    package var stalls: Int
    package var held: HeldSweep?
    /// Nil when changes are not polled.
    package var feed: Feed?
    /// Jobs that are ready or leased, and those beyond the concurrency.
    package var active: Int
    package var waiting: Int
    /// Nil where only a build that knows no plans has registered the provider.
    package var workers: Workers?
    /// Nil when no job waits for a newer worker.
    package var newer: Newer?
    /// Entries that the stream holds.
    package var streamLength: Int
    /// Redis's time when this was read.
    package var at: Int64

    /// Every word of ``status``.
    package static let allStatuses =
        Phase.allCases.map(\.rawValue) + ["paused", "throttled", "rate limited", "backing off"]

    /// One word for a person: what matters most first.
    package var status: String {
        if pausedSince != nil { return "paused" }
        if throttledSince != nil, phase == .running || phase == .sweeping { return "throttled" }
        if phase == .running || phase == .starting, callsUntil ?? 0 > at || waits == "calls" && due ?? 0 > at {
            return "rate limited"
        }
        if phase == .running, waits == "backoff", (due ?? 0) > at { return "backing off" }
        return phase.rawValue
    }
}
