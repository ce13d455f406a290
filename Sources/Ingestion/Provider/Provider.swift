/// A named unit of ingestion: a source, a schedule, guards.
public struct Provider: Sendable {
    /// Which entities of a page are published.
    public enum Publish: String, Sendable, CaseIterable {
        /// Only those whose digest changed.
        case changed
        /// Every one, in every cycle.
        case all
    }

    /// The unique name: 1 to 63 of `A-Z a-z 0-9 . _ -`, beginning with a letter or digit.
    public var name: String
    /// How the provider reads.
    public var source: any EntitySource
    /// How long one worker goes on reading pages before it pauses.
    public var burstLength: Duration = .seconds(3)
    /// The pause between two bursts of one chain.
    public var burstInterval: Duration = .seconds(3)
    /// The pause between two cycles.
    public var restLength: Duration = .seconds(24 * 60 * 60)
    /// How long to wait after the first, second, … failure in a row; the last repeats. Jitter is added.
    public var backoff: [Duration] = [.seconds(60), .seconds(300), .seconds(1_800), .seconds(10_800)]
    /// After how many failures in a row a job is given up; nil is never.
    public var maxAttempts: Int?
    /// How often a source that is a ``ChangeFeed`` is asked what changed between cycles; nil is never.
    public var changes: Duration?
    /// The time limit for one page.
    public var pageTimeout: Duration = .seconds(60)
    /// How many jobs of this provider may be ready or leased at a time.
    public var concurrency = 8
    /// How often the source may be called, over all workers; nil is as often as it takes.
    public var callRate: CallRate?
    /// How many pages one chain may have in a cycle.
    public var maxPages = 1_000_000
    /// Which entities are published.
    public var publish = Publish.changed
    /// Hold the sweep of a cycle whose pages listed nothing at all that is known. What live events bring does not count.
    public var rejectEmptySourceCollections = true
    /// Hold a sweep that would remove more than this share of the known entities, in percent, 0 to 100. 0 means that
    /// none may go. What a ``ChangeFeed`` tells is held likewise; its removals count together since the last whole cycle.
    public var rejectRemovalsAbovePercentage = 50.0
    /// In how many cycles in a row an entity must be missing before it is removed: 1 or 2. 2 by default where the source counts
    /// positions (``EntitySource/countsPositions``), else 1.
    ///
    /// With 2 an entity that a moving list has hidden from a cycle stays; one that is gone is removed a cycle later. Only a cycle that
    /// completes counts a miss, and an entity that is met again begins anew. A sweep, its guard and a held sweep concern what is missing
    /// for the second time.
    public var removeAfterMisses: Int
    /// The `locationKey` of every delta. If it is changed, everything is published again under the new one, and removed under
    /// the one that it was published under.
    public var locationKey: String
    /// The annotation that names the provider on each entity.
    public var annotationKey = "frontside.com/incremental-entity-provider"
    /// What `backstage.io/managed-by-location` and `…-origin-location` say where the mapping sets none.
    public var managedByLocation: String
    /// What belongs in no log, no error and nowhere in Redis. An entity with a token in it is rejected, a page whose next
    /// cursor has one fails.
    public var secrets = Secrets.none

    /// A provider with the defaults of the schedule and the guards.
    public init(name: String, source: any EntitySource) {
        self.name = name
        self.source = source
        self.removeAfterMisses = source.countsPositions ? 2 : 1
        self.locationKey = name
        self.managedByLocation = "url:tidemark://\(name)"
    }
}
