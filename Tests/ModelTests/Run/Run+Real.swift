import Catalog
import Redis
import TestSupport

@testable import CatalogConsumer
@testable import Ingestion

extension Run {
    /// Makes a step on the real scripts, through what workers, people and consumers use. Nil: its subject does not exist.
    mutating func perform(_ step: Step, number: Int) async throws -> String? {
        if let name = step.provider, !model[name].isKnown { return nil }
        switch step {
        case .register(
            let name,
            let concurrency,
            let publish,
            let pending,
            let length,
            let changes,
            let misses,
            let location,
            let by,
            let starts
        ):
            let provider = Self.provider(
                name,
                concurrency: concurrency,
                publish: publish,
                changes: changes,
                misses: misses,
                location: location,
                plan: Self.plan(of: by)
            )
            let limits = StreamLimits(maxPending: pending, maxLength: length)
            let last = starts ? nil : registered["\(by) \(name)"]
            let answer = try await store(of: by).register(provider, limits: limits, after: last)
            answered = ("\(by) \(name)", answer)
            return "\(answer.isNew) \(answer.planNumber) \(answer.hasStartedOver)"
        case .unregister(let name, let by):
            try await store(of: by).unregister(Self.providers(name, of: by))
            return ""
        case .forget:
            _ = try await store.redis.call("FLUSHALL")
            camera = Camera(redis: store.redis)
            backup = nil
            return ""
        case .save:
            try await store.redis.copyDatabase(from: 0, to: 1)
            backup = Backup(
                model: model,
                camera: camera,
                invariants: invariants,
                catalogs: catalogs.mapValues(\.state),
                positions: positions
            )
            return ""
        case .restore:
            guard let backup else { return nil }
            try await store.redis.copyDatabase(from: 1, to: 0)
            camera = backup.camera
            return ""
        case .claim(let lane, let count, let by):
            let worker = store(of: by)
            let claim = try await worker.claim(count, on: store.lane(lane), lease: .milliseconds(Self.lease))
            for job in claim.jobs {
                let holder = "\(job.id)@\(number)"
                holders[holder] = Held(job: job, earlier: job.events, by: by)
                order.append(holder)
            }
            return (claim.jobs.map(\.summary) + [claim.due.map { "\($0.milliseconds)" } ?? "nothing"])
                .joined(separator: ", ")
        case .begin, .commit, .finish, .obstruct, .fail, .release, .expire, .renew, .sweep:
            return try await performBurst(step, number: number)
        case .poll, .change, .conclude: return try await performPoll(step, number: number)
        case .event(let name, let added, let removed, let id):
            let event = PreparedEvent(added: added.map(Bodies.entity), removed: removed.map(Bodies.ref), id: id)
            do {
                let outcome = try await operations.apply(event, to: Self.provider(name))
                if outcome.isDuplicate { return "duplicate" }
                return "\(outcome.published) \(outcome.unchanged) \(outcome.removed)"
            } catch let error as OperationError {
                return error.code.rawValue
            }
        case .trigger, .start, .cancel, .pause, .resume, .resync, .approve, .discard, .retry:
            return try await operate(step)
        case .purge(let name, let publish, let of):
            let key = of ?? number
            if of == nil {
                let steps = Purge(name, publish: publish, locationKey: name, store: store)
                purges[key] = Purging(name: name, steps: steps)
            }
            while var purge = purges[key] {
                let progress = try await purge.steps.step()
                purges[key] = purge
                switch progress {
                case .moved: continue
                case .purged: return "purged"
                case .purging(let left): return "purging \(left)"
                }
            }
            return nil
        case .join, .consume, .restoreCatalog, .leave, .read, .rewind, .take, .acknowledge, .trim, .drop:
            return try await consume(step)
        case .advance: return nil
        case .wake(let lane):
            var taken: [Bool] = []
            for key in store.lane(lane).wakes(upTo: Self.next.jobs) + plans.map({ "\(store.lane(lane).wake):\($0)" }) {
                taken.append(try await store.redis.call("ZPOPMIN", key).array?.isEmpty == false)
            }
            return "\(taken)"
        }
    }

    static func provider(
        _ name: String,
        concurrency: Int = 1,
        publish: Provider.Publish = .changed,
        changes: Bool = true,
        misses: Int = 1,
        rejectEmpty: Bool = true,
        above: Double = 50,
        location: Int = 0,
        plan: JSON = .null
    ) -> Provider {
        var provider = Provider(name: name, source: TestSource([], plan: plan))
        provider.concurrency = concurrency
        provider.publish = publish
        provider.changes = changes ? pollPause : nil
        provider.removeAfterMisses = misses
        provider.restLength = .milliseconds(rest)
        provider.rejectEmptySourceCollections = rejectEmpty
        provider.rejectRemovalsAbovePercentage = above
        provider.locationKey = locationKey(location, of: name)
        return provider
    }

    /// The providers of a name that this worker may have registered.
    static func providers(_ name: String, of worker: Step.Worker) -> [Provider] {
        (0...2).map { provider(name, location: $0, plan: plan(of: worker)) }
    }

    /// The keys that a provider may be configured with.
    private static func locationKey(_ number: Int, of name: String) -> String {
        number == 0 ? name : "\(name)-\(number)"
    }

    static func part(_ listing: Listing, of holder: Step.Holder) -> Part {
        var part = Part()
        part.published = listing.published.map(Bodies.entity)
        part.unchanged = listing.unchanged.map(Bodies.entity)
        part.rejected = listing.rejected.compactMap(Bodies.rejected)
        part.duplicates = listing.duplicates
        part.total = listing.total
        part.keeping = listing.kept.map {
            Keeping(page: "page-\($0.page)", record: $0.record.isEmpty ? nil : Array($0.record.utf8))
        }
        if listing.namesRecords {
            let items = listing.published + listing.unchanged
            part.records = Dictionary(
                items.map { (Bodies.entity($0).ref, Bodies.record(of: $0)) },
                uniquingKeysWith: { $1 }
            )
        }
        part.overtaken = listing.overtaken
        let place = listing.circle == 0 ? holder : "circle \(listing.circle)"
        part.next = listing.next.map { count in (0..<count).map { Array("\"\(place)/\($0)\"".utf8) } }
        return part
    }

    /// The job as this commit or sweep names it.
    static func ahead(_ held: Held, by ahead: Int64) -> Job {
        var job = held.job
        job.sequence += ahead
        return job
    }

    /// A page is committed by a worker that has the provider's plan, so its location key, too.
    private func committing(_ name: String, publish: Provider.Publish) -> Provider {
        var provider = Self.provider(name, publish: publish)
        provider.locationKey = model[name].location
        return provider
    }

    private mutating func performBurst(_ step: Step, number: Int) async throws -> String? {
        let lease = Duration.milliseconds(Self.lease)
        let rest = Duration.milliseconds(Self.rest)
        switch step {
        case .begin(let holder, let point):
            guard let held = holders[holder] else { return nil }
            switch try await store.begin(held.job, point: point.point(Self.cursor(number)), lease: lease) {
            case .success(nil): return "merging"
            case .success(let begun?):
                holders[holder]?.job = begun
                return "begun \(begun.generation) \(begun.previous)"
            case .failure(let error): return error.refusal.rawValue
            }
        case .commit(let holder, let listing):
            guard let held = holders[holder] else { return nil }
            let committed = try await store(of: held).commit(
                Self.part(listing, of: holder),
                of: Self.ahead(held, by: listing.ahead),
                provider: committing(held.job.provider, publish: listing.publishesAll ? .all : .changed),
                events: listing.readAhead ? held.earlier : held.job.events,
                lease: lease
            )
            switch committed {
            case .applied(let applied):
                return """
                    applied \(applied.throttled) \(applied.events) \(applied.added) \(applied.changed) \(applied.marked) \
                    \(applied.totalBefore ?? -1)
                    """
            case .duplicate(let throttled, let events): return "duplicate \(throttled) \(events)"
            case .retry(let overtaken, let outdated): return "retry \(overtaken) \(outdated)"
            case .reread(let events): return "reread \(events)"
            case .circle(let index): return "circle \(index)"
            case .tooManyChains(let open): return "chains \(open)"
            case .refused(let refusal): return refusal.rawValue
            }
        case .finish(let holder, let throttled):
            guard let held = holders[holder] else { return nil }
            return Self.word(
                try await store.finish(held.job, pause: .seconds(3), reason: throttled ? .throttled : .interval)
            )
        case .obstruct(let holder, let byRedis):
            guard let held = holders[holder] else { return nil }
            let pause = byRedis ? Store.redisPause : .seconds(70)
            return Self.word(
                try await store.finish(held.job, pause: pause, reason: byRedis ? .redis : .calls, answer: "not now")
            )
        case .fail(let holder, let most):
            guard let held = holders[holder] else { return nil }
            let failed = try await store.fail(
                held.job,
                error: "no page",
                backoff: .seconds(60),
                maxAttempts: most,
                rest: rest
            )
            return Self.word(failed)
        case .release(let holder, let pause):
            guard let held = holders[holder] else { return nil }
            try await store.release(held.job, pause: pause ? .seconds(10) : .zero)
            return ""
        case .expire(let holder):
            guard let held = holders[holder] else { return nil }
            return Self.word(try await store.expire(held.job, error: "gone", rest: rest))
        case .renew(let names):
            let jobs = names.compactMap { holders[$0]?.job }.filter { model.lane(of: $0.id) == 0 }
            guard !jobs.isEmpty else { return nil }
            return try await store.renew(jobs, on: store.lane(0), lease: lease).joined(separator: " ")
        case .sweep(let holder, let ahead, let empty, let above):
            guard let held = holders[holder] else { return nil }
            let provider = Self.provider(held.job.provider, rejectEmpty: empty, above: above)
            switch try await store.sweep(Self.ahead(held, by: ahead), provider: provider, lease: lease) {
            case .removed(let count, let left, let throttled): return "removed \(count) \(left) \(throttled)"
            case .held(let unmarked, let known): return "held \(unmarked) \(known)"
            case .completed: return "completed"
            case .duplicate: return "duplicate"
            case .refused(let refusal): return refusal.rawValue
            }
        default: return nil
        }
    }

    private static func word(_ handover: Handover) -> String { handover.refusal?.rawValue ?? "\(handover)" }

    private func operate(_ step: Step) async throws -> String? {
        do {
            switch step {
            case .trigger(let name):
                return "\(try await operations.trigger(name))"
            case .start(let name):
                try await operations.start(name)
            case .cancel(let name, let seconds):
                try await operations.cancel(name, for: .seconds(seconds))
            case .pause(let name):
                return try await operations.pause(name) ? "ok" : "refused"
            case .resume(let name):
                try await operations.resume(name)
            case .resync(let name, let behind):
                let known = behind.map { Int64(model[name].resyncs - $0) }
                try await operations.resync(name, after: known, because: known == nil ? "" : "lost")
            case .approve(let name):
                try await operations.approveSweep(name)
            case .discard(let name):
                try await operations.discardSweep(name)
            case .retry(let id): try await operations.retry(id)
            default: return nil
            }
            return "ok"
        } catch let error as OperationError {
            return error.code == .unknownJob ? "unknown" : "refused"
        }
    }

    private mutating func consume(_ step: Step) async throws -> String? {
        switch step {
        case .join(let name, let group):
            try await stream(name, group).createGroup()
            return ""
        case .consume(let name, let group):
            let stream = stream(name, group)
            let catalog = catalogs["\(name) \(group)"] ?? WalkCatalog()
            catalogs["\(name) \(group)"] = catalog
            _ = try await store.redis.call("SET", stream.keys.lease, stream.holder)
            let operations = operations
            let start = try await StartingPoint(
                stream: stream,
                sink: catalog,
                resync: { _, name, known, _ in
                    try await operations.resync(name, after: known, because: "lost")
                    return true
                },
                logger: .quiet
            ).find()
            var last = start.lastDelivered
            while last < start.lastGenerated {
                let raw = try await stream.read(after: last, count: 100, timeout: .seconds(5))
                let entries = try raw.map { StreamEntry(id: $0.id, delta: try Delta(fields: $0.fields)) }
                catalog.apply(entries, provider: name)
                last = entries.last?.id ?? start.lastGenerated
                try await stream.place(at: last)
            }
            _ = try await store.redis.call("DEL", stream.keys.lease)
            return "\(camera.number(of: start.lastDelivered.description, in: stream.keys.deltas))"
        case .restoreCatalog(let name, let group):
            guard let backup, let catalog = catalogs["\(name) \(group)"] else { return nil }
            catalog.restore(backup.catalogs["\(name) \(group)"])
            return ""
        case .leave(let name, let group):
            guard place(of: group, name) != nil else { return nil }
            _ = try await store.redis.call("XGROUP", "DESTROY", store.keys(of: name).deltas, group)
            return ""
        case .read(let name, let group, let count):
            let stream = stream(name, group)
            guard let state = place(of: group, name), state.last < model[name].stream.newest else { return nil }
            guard let place = try await stream.state()?.lastDelivered else { return "no group" }
            let entries = try await stream.read(after: place, count: count, timeout: .seconds(5))
            if let last = entries.last { try await put(stream, at: last.id) }
            return entries.map { "\(camera.number(of: $0.id.description, in: stream.keys.deltas))" }
                .joined(separator: " ")
        case .rewind(let name, let group, let by):
            let stream = stream(name, group)
            guard let state = place(of: group, name),
                let id = StreamEntryID(
                    camera.id(of: rewound(state, by, name), in: stream.keys.deltas)
                )
            else { return nil }
            try await put(stream, at: id)
            return ""
        case .take(let name, let group, let count):
            guard place(of: group, name) != nil else { return nil }
            _ = try await store.redis.call(
                "XREADGROUP",
                "GROUP",
                group,
                "other",
                "COUNT",
                "\(count)",
                "STREAMS",
                store.keys(of: name).deltas,
                ">"
            )
            return ""
        case .acknowledge(let name, let group):
            let stream = stream(name, group)
            guard place(of: group, name) != nil, let place = try await stream.state()?.lastDelivered else { return nil }
            try await stream.acknowledge(upTo: place)
            return ""
        case .trim(let name):
            try await stream(name, "").trim(texts.trim)
            return ""
        case .drop(let name):
            let deltas = store.keys(of: name).deltas
            guard try await store.redis.call("DEL", deltas).int == 1 else { return nil }
            camera.forget(deltas)
            return ""
        default: return nil
        }
    }

    /// Places a group as its consumer does: under the lease, of which the model knows nothing.
    private func put(_ stream: DeltaStream, at id: StreamEntryID) async throws {
        _ = try await store.redis.call("SET", stream.keys.lease, stream.holder)
        try await stream.place(at: id)
        _ = try await store.redis.call("DEL", stream.keys.lease)
    }

    func place(of group: String, _ name: String) -> StreamModel.Group? { model[name].stream.groups[group] }

    /// Where a group is placed that goes back: at an entry that is there.
    func rewound(_ state: StreamModel.Group, _ by: Int, _ name: String) -> Int {
        max(min(state.last, model[name].stream.first), state.last - by)
    }
}
