/// How a cycle ended, as the history of its provider keeps it.
package struct CycleRecord: Sendable, Equatable {
    package enum Outcome: String, Sendable, CaseIterable {
        /// It was swept: what the source no longer lists is gone.
        case completed
        /// Its sweep waits for a person, or the next cycle has decided anew.
        case held
        /// Its sweep was held, and a person discarded it.
        case discarded
        /// A chain was given up on, or its cursor expired too often.
        case failed
        /// Its cursor expired; it started over as the next cycle.
        case expired
        /// The provider's plan changed; it started over as the next cycle.
        case replanned
        /// A person ended it.
        case cancelled
    }

    package var generation: Int64
    /// Nil for one that this version does not know.
    package var outcome: Outcome?
    /// Why, in words; of a cancelled cycle the operation that did it. Empty when it completed.
    package var reason: String
    /// When it began and ended, in milliseconds since 1970 by Redis's clock.
    package var started: Int64
    package var ended: Int64
    package var counts: ProviderStatus.Counts
    /// How many refs were known when it began.
    package var known: Int

    package init(
        generation: Int64,
        outcome: Outcome?,
        reason: String,
        started: Int64,
        ended: Int64,
        counts: ProviderStatus.Counts,
        known: Int
    ) {
        self.generation = generation
        self.outcome = outcome
        self.reason = reason
        self.started = started
        self.ended = ended
        self.counts = counts
        self.known = known
    }
}
