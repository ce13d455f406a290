/// A removal as it is published.
struct Removal {
    let ref: String
    let key: String

    var json: String { "{\"entityRef\":\"\(ref)\",\"locationKey\":\"\(key)\"}" }
}

/// What Redis holds of one provider.
struct ProviderModel {
    /// What stands in a provider's settings, and what a holder may have from an older configuration.
    var concurrency = 0
    var maxPending = 0
    var maxLength = 0
    var publishesAll = false
    var isPolled = false
    /// In how many cycles in a row a ref must be missing before it is removed.
    var misses = 1
    var backoff: [Int64] = []

    /// Under which key entities are published, and what a change of it has left to be moved.
    var location = ""
    var locationBase: String?
    var locationGeneration: Int64 = 0
    var locations: [String: String] = [:]
    var locationsKept: [String: String] = [:]

    /// What decides which entities a cursor leads to; and who has which, by the last sign of life.
    var plan: String?
    var planNumber: Int64 = 0
    var servedAt: Int64?
    var workers: [String: Int64] = [:]

    var status = ""
    var generation: Int64 = 0
    var previous: Int64 = 0
    /// The last fence that was given.
    var fence: Int64 = 0
    /// Fences up to this one were revoked.
    var floor: Int64 = 0
    var isOpen = false
    /// The generation about which nothing can be decided any more: the next cycle has begun to merge its sets.
    var over: Int64 = 0
    /// The job of the next cycle.
    var next: String?
    var paused: Int64?
    var throttled: Int64?
    /// Chains that have not ended.
    var outstanding = 0
    var givenUp = 0
    var restarts = 0
    var held: (reason: String, unmarked: Int, known: Int, misses: Int)?
    var waits: (reason: String, due: Int64)?
    var failure: Model.Failure?
    /// What Redis answered in place of taking a page, and when it did first.
    var redisFailure: Model.Failure?
    /// Live events so far.
    var events: Int64 = 0

    var counts: [String: Int] = [:]
    var started: Int64?
    var ended: Int64?
    var readAt: Int64?
    var completedAt: Int64?
    var failedAt: Int64?
    /// The entry after which everything that is known was, or will be, published.
    var resynced: Int?
    /// How often there was one, and how many entries the stream lacked by the last.
    var resyncs = 0
    var missingBefore = 0
    /// The generation in which a consumer asked for it, until it is done.
    var republishing: Int64?
    /// The first generation in which everything that it meets was published.
    var digestsSince: Int64 = 0

    var waiting: [String] = []
    /// Refs by generation.
    var seen: [Int64: Set<String>] = [:]
    /// Refs that the last whole cycle has missed, in no generation; and whether there may be any.
    var missed: Set<String> = []
    var hasMissed = false
    /// The last generation that completed.
    var swept: Int64 = 0
    var digests: [String: String] = [:]
    /// What is kept of the pages of this cycle, and of the one before.
    var validators: [String: String] = [:]
    var validatorsBefore: [String: String] = [:]
    /// Refs that a live event changed, with its sequence, for pages that were read before.
    var touched: [String: Int64] = [:]
    /// The last event of which refs are not in ``touched`` any more.
    var touchedFloor: Int64 = 0
    var rejected: [String] = []
    /// How the last cycles ended, as text; the newest last.
    var history: [String] = []
    /// When the events were applied whose ids are known.
    var deliveries: [String: Int64] = [:]
    var feed = FeedModel()
    /// Refs by the id of the source's record that they were made from, in the order in which they came.
    var records: [String: [String]] = [:]
    var stream = StreamModel()
    /// The entries of this step.
    var fresh: [String] = []

    var isKnown: Bool { concurrency > 0 }

    var marked: Set<String> { seen[generation] ?? [] }
    /// Known, not met in the current generation, and not missed by the last whole cycle.
    var unmarked: Set<String> { previous == generation ? [] : seen[previous] ?? [] }
    var known: Set<String> { marked.union(unmarked).union(missed) }

    /// What a sweep removes after so many misses.
    func leaving(after misses: Int) -> Set<String> { misses == 1 ? unmarked.union(missed) : missed }

    mutating func count(_ name: String, _ amount: Int = 1) { counts[name, default: 0] += amount }

    /// A ref is in the current generation from now on, and in no other.
    mutating func mark(_ ref: String) {
        seen[previous]?.remove(ref)
        missed.remove(ref)
        seen[generation, default: []].insert(ref)
    }

    /// The items that remove refs, each under the key that it is published under.
    mutating func removals(_ refs: [String]) -> [Removal] {
        let items = refs.map { Removal(ref: $0, key: locations[$0] ?? locationBase ?? location) }
        for ref in refs { (locations[ref], locationsKept[ref]) = (nil, nil) }
        return items
    }

    /// Refs are published under the provider's key; what removes those that are known under another.
    mutating func relocate(_ refs: [String]) -> [Removal] {
        guard let base = locationBase else { return [] }
        let known = known
        var items: [Removal] = []
        for ref in refs {
            let key = locations[ref] ?? base
            if known.contains(ref), key != location { items.append(Removal(ref: ref, key: key)) }
            locations[ref] = location == base ? nil : location
            locationsKept[ref] = nil
        }
        return items
    }

    /// A known ref was met, and not published.
    mutating func keepLocation(_ ref: String) {
        guard let base = locationBase else { return }
        let key = locations[ref] ?? base
        if key != location { locationsKept[ref] = key }
    }

    /// A cycle was completed.
    mutating func settleLocations() {
        guard locationBase != nil, generation >= locationGeneration else { return }
        locations = locationsKept
        locationBase = locationsKept.isEmpty ? nil : location
        if locationsKept.isEmpty { locationGeneration = 0 }
        locationsKept = [:]
    }

    /// A page is kept for the next cycle; nil as it was kept before.
    mutating func keep(_ page: String, _ record: String?) {
        if let record = record ?? validatorsBefore[page] { validators[page] = record }
        validatorsBefore[page] = nil
    }

    /// Everything is to be published again.
    mutating func forgetDigests() {
        digests = [:]
        digestsSince = generation + 1
    }

    mutating func forgetPages() {
        (validators, validatorsBefore) = ([:], [:])
    }

    mutating func forget(_ ref: String) {
        for generation in seen.keys { seen[generation]?.remove(ref) }
        missed.remove(ref)
        digests[ref] = nil
        disown(ref)
    }
}
