internal import Administration
internal import Catalog
internal import Ingestion

/// `tidemark show NAME`: all that Redis says of one provider.
struct ProviderDetail: Displayable {
    let status: ProviderStatus
    let dead: [DeadJob]
    /// The consumer groups that read the provider's stream.
    var groups: [StreamStatus.Group] = []
    /// Whether any worker runs.
    var workersRun = true

    var json: JSON {
        var json = status.json
        json["deadJobs"] = .array(dead.map(\.json))
        return json
    }

    func lines(width: Int?, style: Style) -> [String] {
        var lines = fields.lines(width: width, style: style)
        if !dead.isEmpty {
            lines += ["", style("Given up", .strong)] + DeadJobList(jobs: dead).table.lines(width: width, style: style)
        }
        return lines
    }

    private var fields: FieldList {
        let now = status.at
        let counts = status.counts
        var fields = FieldList()
        fields.add("provider", status.name, .strong)
        fields.add("status", status.status, status.role)
        fields.add("waits for", status.waitsFor)
        fields.add("cycle", cycle)
        fields.add("chains", chains)
        fields.add(
            "pages",
            "\(Figures.count(counts.pages)) read\(unmodified), \(Figures.count(counts.marked, "entity", "entities")) marked"
        )
        if counts.shrunk > 0 {
            let times = Figures.count(counts.shrunk, "time", "times")
            fields.add("total fell", "\(times) while the list was read", .warning)
        }
        fields.add("last page", lastPage)
        fields.add(
            "entities",
            "\(Figures.count(counts.added)) added, \(Figures.count(counts.changed)) changed, "
                + "\(Figures.count(counts.unchanged)) unchanged, \(Figures.count(counts.removed)) removed"
        )
        if counts.rejected > 0 {
            fields.add("rejected", "\(Figures.count(counts.rejected)): `tidemark rejected \(status.name)`", .warning)
        }
        if counts.duplicates > 0 { fields.add("duplicates", "\(Figures.count(counts.duplicates)), the last one won") }
        fields.add("known", Figures.count(status.known, "entity", "entities"))
        if status.missingOnce > 0, status.phase == .resting || status.phase == .held {
            fields.add(
                "missing once",
                Figures.count(status.missingOnce, "entity", "entities") + ": removed if the next cycle misses them too"
            )
        }
        fields.add("last complete", status.completedAt.map { Timestamp.relative($0, to: now) } ?? "never")
        fields.add("jobs", "\(status.active) ready or leased, \(status.waiting) waiting for their turn")
        fields.add("jobs set aside", status.newerWorker.map { "for \($0)" }, .warning)
        fields.add("workers", workers, status.unserved(whileAnyRuns: workersRun) == nil ? nil : .bad)
        fields.add("other plan", status.servedOtherwise, .warning)
        fields.add("stream", Figures.count(status.streamLength, "delta") + " kept")
        for group in groups {
            let unread = group.lag.map { Figures.count($0, "entry", "entries") + " not read" }
            let pending = group.pending == 0 ? "" : ", \(Figures.count(group.pending)) not acknowledged"
            fields.add("consumers", "\(group.name): \(unread ?? "Redis cannot tell its lag")\(pending)")
        }
        fields.add("republishing", status.republishing.map { "until the next cycle is complete: \($0)" }, .warning)
        if let feed = status.feed {
            fields.add("changes", changes(feed, now))
            if let error = feed.error {
                let when = feed.errorAt.map { Timestamp.relative($0, to: now) + ": " } ?? ""
                fields.add("feed error", when + error, .bad)
            }
        }
        if let held = status.held {
            fields.add(
                held.isOfChanges ? "held changes" : "held sweep",
                "\(Figures.count(held.unmarked)) of \(Figures.count(held.known)) would be removed "
                    + "(\(Figures.percent(held.unmarked, of: held.known))): `tidemark sweep show \(status.name)`",
                .warning
            )
        }
        if status.setAside > 0 {
            let times = status.setAside == 1 ? "once" : "\(status.setAside) times in a row"
            fields.add("set aside", "\(times): a page kills its worker again and again", .warning)
        }
        if let error = status.redisError {
            let when = status.redisErrorSince.map { Timestamp.relative($0, to: now) + ": " } ?? ""
            fields.add("redis", "takes none of its pages, first \(when)\(error)", .bad)
        }
        if status.rateLimits > 0 {
            fields.add("rate limits", "\(Figures.count(status.rateLimits)): the source asked for fewer calls")
        }
        if status.redisErrors > 0 {
            fields.add("redis errors", "\(Figures.count(status.redisErrors)): pages that Redis did not take")
        }
        if status.unpublished > 0 {
            fields.add(
                "not published",
                "\(Figures.count(status.unpublished)) known since the last resync: rejected now, or not read yet",
                .warning
            )
        }
        if status.stalls > 0 { fields.add("stalls", "\(Figures.count(status.stalls)): leases that ran out") }
        if let error = status.error {
            let when = status.errorAt.map { Timestamp.relative($0, to: now) + ": " } ?? ""
            fields.add("last error", when + error, status.failures > 0 ? .bad : .faint)
        }
        if status.failures > 0 { fields.add("failures", "\(status.failures) in a row") }
        return fields
    }

    private var workers: String? {
        guard let workers = status.workers else { return nil }
        return status.unserved(whileAnyRuns: workersRun) ?? "\(Figures.count(workers.withPlan)) configured for it"
    }

    private var unmodified: String {
        let count = status.counts.unmodified
        return count > 0 ? " (\(Figures.count(count)) as they were)" : ""
    }

    /// As of when all changes are applied, and when they are asked for next.
    private func changes(_ feed: ProviderStatus.Feed, _ now: Int64) -> String {
        guard feed.hasPoint else { return "not told: the point to ask from comes with the next cycle" }
        let asOf = feed.caughtUpAt.map { "as of \(Timestamp.relative($0, to: now))" } ?? "not asked for yet"
        let next = feed.due.map { ", next \(Timestamp.relative(max($0, now), to: now))" } ?? ""
        return "\(asOf), \(Figures.count(feed.told)) published\(next)"
    }

    private var cycle: String {
        var text = "\(status.generation)"
        if let started = status.started { text += ", started \(Timestamp.relative(started, to: status.at))" }
        if let started = status.started, let ended = status.ended, ended >= started {
            text += ", took \(DurationText.brief(.milliseconds(ended - started)))"
        }
        return text
    }

    /// How old the newest cursor is, and the rate up to it.
    private var lastPage: String? {
        guard let read = status.lastPage else { return nil }
        let text = Timestamp.relative(read, to: status.at)
        guard let started = status.started, read > started else { return text }
        let rate = Double(status.counts.marked) * 1_000 / (Double(read) - Double(started))
        // What Redis holds is not trusted to be a time.
        return "\(text), \(Figures.rate(min(rate, 1e9))) until then"
    }

    private var chains: String? {
        guard status.outstanding > 0 || status.givenUp > 0 else { return nil }
        return "\(status.outstanding) not finished" + (status.givenUp > 0 ? ", \(status.givenUp) given up" : "")
    }
}
