@testable import Ingestion

/// What the model holds, written as the dump of Redis is.
extension Model {
    func lines(of store: Store) -> [String] {
        var lines: [String] = []
        for (number, lane) in lanes.enumerated() {
            let keys = store.lane(number)
            Self.add(keys.ready, lane.ready, to: &lines)
            Self.add(keys.delayed, Self.scored(lane.delayed), to: &lines)
            Self.add(keys.leased, Self.scored(lane.leased), to: &lines)
            Self.add(keys.dead, lane.dead, to: &lines)
            Self.add(keys.wake, lane.isAwake ? ["wake", "0"] : [], to: &lines)
            Self.add(keys.wake + ":2", lane.isNewerAwake ? ["wake", "0"] : [], to: &lines)
            for plan in lane.awakePlans { Self.add("\(keys.wake):\(plan)", ["wake", "0"], to: &lines) }
            Self.add(keys.aside, lane.aside.sorted().flatMap { [$0, "0"] }, to: &lines)
            let names = providers.keys.filter { laneOf[$0] == number }.sorted()
            Self.add(keys.providers, names, to: &lines)
            for name in names { add(providers[name] ?? ProviderModel(), name, keys.provider(name), to: &lines) }
        }
        for (id, job) in jobs { Self.add(store.lane(of: provider(of: id)).job(id), job.fields, to: &lines) }
        return lines
    }

    private static func add(_ key: String, _ fields: [String], to lines: inout [String]) {
        if !fields.isEmpty { lines.append(key + "\t" + fields.joined(separator: "\t")) }
    }

    private static func scored(_ due: [String: Int64]) -> [String] { order(due).flatMap { [$0, "\(due[$0] ?? 0)"] } }

    private func add(_ state: ProviderModel, _ name: String, _ keys: ProviderKeys, to lines: inout [String]) {
        Self.add(keys.hash, state.fields(active: active(name)), to: &lines)
        Self.add(keys.waiting, state.waiting, to: &lines)
        Self.add(keys.workers, Self.scored(state.workers), to: &lines)
        for (generation, refs) in state.seen { Self.add(keys.seen(generation), refs.sorted(), to: &lines) }
        Self.add(keys.missed, state.missed.sorted(), to: &lines)
        Self.add(keys.digests, state.digests.map { $0.key + "=" + $0.value }.sorted(), to: &lines)
        for (key, pages) in [(keys.validators, state.validators), (keys.validatorsBefore, state.validatorsBefore)] {
            Self.add(key, pages.map { $0.key + "=" + $0.value }.sorted(), to: &lines)
        }
        for (key, locations) in [("locations", state.locations), ("locations-kept", state.locationsKept)] {
            Self.add("\(keys.hash):\(key)", locations.map { "\($0.key)=\"\($0.value)\"" }.sorted(), to: &lines)
        }
        Self.add(keys.touched, Self.scored(state.touched), to: &lines)
        Self.add(keys.feed, state.feed.fields, to: &lines)
        Self.add(keys.heldRemovals, state.feed.heldRefs, to: &lines)
        let records = state.records.map { $0.key + "=" + $0.value.joined(separator: " ") }
        Self.add(keys.ids, records.sorted(), to: &lines)
        Self.add(keys.owners, state.owners.map { $0.key + "=" + $0.value }.sorted(), to: &lines)
        Self.add(keys.deliveries, Self.scored(state.deliveries), to: &lines)
        if !state.rejected.isEmpty {
            Self.add(keys.rejected, ["\(state.rejected.count)"] + state.rejected, to: &lines)
        }
        if !state.history.isEmpty { Self.add(keys.history, ["\(state.history.count)"] + state.history, to: &lines) }
        if let resynced = state.resynced { lines.append("\(keys.hash) resynced \(resynced)") }
        guard state.stream.exists else { return }
        Self.add(keys.deltas, ["\(state.stream.length)", "\(state.stream.added - state.stream.missing)"], to: &lines)
        for (group, place) in state.stream.groups {
            let lag = place.lagIsKnown ? "\(state.stream.lag(place))" : "?"
            let entries = ([place.last] + place.pending).map { "\($0)" }.joined(separator: " ")
            lines.append("\(keys.deltas) \(group) lag \(lag) \(entries)")
        }
    }
}

/// The fields of a hash that are not empty and not 0, sorted: for every reader a missing number is 0.
private struct FieldList {
    var fields: [String] = []

    mutating func add(_ name: String, _ value: some FixedWidthInteger) {
        if value != 0 { fields.append(name + "=" + String(value)) }
    }

    mutating func add(_ name: String, _ value: Int64?) { add(name, value ?? 0) }

    mutating func add(_ name: String, _ value: String?) {
        if let value, !value.isEmpty { fields.append(name + "=" + value) }
    }
}

extension Model.Job {
    var fields: [String] {
        var list = FieldList()
        list.add("anchor", anchor)
        list.add("attempts", attempts)
        list.add("cursor", cursor)
        list.add("delay", delay)
        list.add("deliveries", deliveries)
        list.add("error", failure?.text)
        list.add("error_at", failure?.at)
        list.add("fence", fence)
        list.add("generation", generation)
        list.add("guard", leave)
        list.add("kept", kept)
        list.add("kind", kind.rawValue)
        list.add("lease", lease)
        list.add("led", isLed ? 1 : 0)
        list.add("misses", misses)
        list.add("pages", pages)
        list.add("rate_limits", rateLimits)
        list.add("redis_errors", redisErrors)
        list.add("sequence", sequence)
        list.add("set_aside", setAside)
        list.add("stalls", stalls)
        list.add("total", total)
        list.add("v", version)
        return list.fields
    }
}

extension FeedModel {
    fileprivate var fields: [String] {
        var list = FieldList()
        list.add("approval", approval)
        list.add("approved", approved)
        list.add("asked_at", askedAt)
        list.add("caught_up_at", caughtUpAt)
        list.add("cursor", cursor)
        list.add("due", due)
        list.add("error", failure?.text)
        list.add("error_at", failure?.at)
        list.add("failures", failures)
        list.add("fence", fence)
        list.add("gone", gone)
        list.add("held", held?.reason)
        list.add("held_known", held?.known ?? 0)
        list.add("held_removals", held?.removals ?? 0)
        list.add("holder", holder)
        list.add("part", part)
        list.add("pause", pause)
        list.add("polled_at", polledAt)
        list.add("told", told)
        list.add("until", until)
        return list.fields
    }
}

extension ProviderModel {
    func fields(active: Int) -> [String] {
        var list = FieldList()
        list.add("active", active)
        list.add("backoff", backoff.map { "\($0)" }.joined(separator: " "))
        list.add("changes", isPolled ? 1 : 0)
        for (name, value) in counts { list.add(name, value) }
        list.add("completed_at", completedAt)
        list.add("concurrency", concurrency)
        list.add("digests_since", digestsSince)
        list.add("due", waits?.due)
        list.add("ended", ended)
        list.add("error", failure?.text)
        list.add("error_at", failure?.at)
        list.add("events", events)
        list.add("failed_at", failedAt)
        list.add("fence", fence)
        list.add("floor", floor)
        list.add("generation", generation)
        list.add("given_up", givenUp)
        list.add("held", held?.reason)
        list.add("held_known", held?.known ?? 0)
        list.add("held_misses", held?.misses ?? 0)
        list.add("held_unmarked", held?.unmarked ?? 0)
        list.add("location", "\"\(location)\"")
        list.add("location_base", locationBase.map { "\"\($0)\"" })
        list.add("location_generation", locationGeneration)
        list.add("maxLength", maxLength)
        list.add("maxPending", maxPending)
        list.add("misses", misses)
        list.add("missed", hasMissed ? 1 : 0)
        list.add("next", next)
        list.add("open", isOpen ? 1 : 0)
        list.add("outstanding", outstanding)
        list.add("over", over)
        list.add("paused", paused)
        list.add("plan", plan)
        list.add("plan_number", planNumber)
        list.add("previous", previous)
        list.add("publish", publishesAll ? "all" : "changed")
        list.add("published", stream.added)
        list.add("read_at", readAt)
        list.add("redis_error", redisFailure?.text)
        list.add("redis_error_at", redisFailure?.at)
        list.add("republishing", republishing.map { "\($0) " })
        list.add("restarts", restarts)
        list.add("resynced_missing", missingBefore)
        list.add("resyncs", resyncs)
        list.add("served_at", servedAt)
        list.add("started", started)
        list.add("status", status)
        list.add("swept", swept)
        list.add("throttled", throttled)
        list.add("touched_floor", touchedFloor)
        list.add("waits", waits?.reason)
        return list.fields.sorted()
    }
}
