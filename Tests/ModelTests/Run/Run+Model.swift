import Catalog

@testable import Ingestion

extension Run {
    /// Makes a step in the model, whose answer is the one that is right. `held` is what workers held before it, and `asking`
    /// their turns at what changed.
    mutating func apply(
        _ step: Step,
        number: Int,
        _ held: [Step.Holder: Held],
        _ asking: [Step.Holder: Turn]
    ) -> String {
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
            let last = starts ? nil : registered["\(by) \(name)"]?.planNumber
            return model.register(provider, maxPending: pending, maxLength: length, by: by.rawValue, last: last)
        case .unregister(let name, let by):
            for provider in Self.providers(name, of: by) { model.unregister(provider, by.rawValue) }
            return ""
        case .forget:
            model.forget()
            return ""
        case .save: return ""
        case .restore:
            guard let backup else { return "" }
            let now = model.now
            model = backup.model
            model.now = now
            model.begin(step: number)
            // Entries that were published since are gone, and their numbers will be those of others.
            for (key, position) in positions {
                let name = String(key.prefix { $0 != " " })
                if position > model[name].stream.added { positions[key] = .max }
            }
            return ""
        case .claim(let lane, let count, let by):
            let versions = store(of: by).versions
            return model.claim(count, lane: lane, lease: Self.lease, knowing: versions.jobs, by: by.rawValue)
        case .begin, .commit, .finish, .obstruct, .fail, .release, .expire, .renew, .sweep:
            return applyBurst(step, number: number, held)
        case .poll, .change, .conclude: return applyPoll(step, number: number, asking)
        case .event(let name, let added, let removed, let id):
            // Whether consumers are behind is asked before anything is published.
            learnLags(from: before)
            return model.event(added: added.map(Bodies.entity), removed: removed.map(Bodies.ref), to: name, id: id)
        case .trigger(let name):
            let ids = Model.order(model.lanes[model.laneOf[name] ?? 0].delayed).filter {
                model.provider(of: $0) == name
            }
            return model.trigger(name, scanned: ids).map { "\($0)" } ?? "refused"
        case .start(let name):
            model.start(name)
            return "ok"
        case .cancel(let name, let seconds):
            model.cancel(name, for: Int64(seconds) * 1_000)
            return "ok"
        case .pause(let name): return model.pause(name) ? "ok" : "refused"
        case .resume(let name): return model.resume(name) ? "ok" : "refused"
        case .resync(let name, let behind):
            model.resync(name, known: behind.map { model[name].resyncs - $0 })
            return "ok"
        case .approve(let name): return model.approve(name) ? "ok" : "refused"
        case .discard(let name): return model.discard(name) ? "ok" : "refused"
        case .retry(let id):
            let reply = model.retry(id)
            return reply == "over" ? "refused" : reply
        case .purge(let name, let publish, let of):
            let key = of ?? number
            let made = purges[key]?.made ?? 0
            let word = model.purge(name, id: "\(name):\(key)-1", number: made, publish: publish)
            if word == "purged" { purges[key] = nil } else { purges[key]?.made += 1 }
            return word
        case .join, .consume, .restoreCatalog, .leave, .read, .rewind, .take, .acknowledge, .trim, .drop:
            return applyConsumption(step)
        case .advance: return ""
        case .wake(let lane):
            let state = model.lanes[lane]
            model.lanes[lane].isAwake = false
            model.lanes[lane].isNewerAwake = false
            model.lanes[lane].awakePlans = []
            return "\([state.isAwake, state.isNewerAwake] + plans.map(state.awakePlans.contains))"
        }
    }

    private mutating func applyBurst(_ step: Step, number: Int, _ held: [Step.Holder: Held]) -> String {
        switch step {
        case .begin(let holder, let point):
            let point = point.point(Self.cursor(number))
            return held[holder].map { model.begin($0.job, point: point, lease: Self.lease) } ?? ""
        case .commit(let holder, let listing):
            return held[holder].map {
                model.commit(
                    Self.part(listing, of: holder),
                    of: Self.ahead($0, by: listing.ahead),
                    events: listing.readAhead ? $0.earlier : $0.job.events,
                    lease: Self.lease,
                    rest: Self.rest,
                    version: store(of: $0).versions.jobs
                )
            } ?? ""
        case .finish(let holder, let throttled):
            return held[holder].map { model.finish($0.job, pause: 3_000, throttled: throttled) } ?? ""
        case .obstruct(let holder, let byRedis):
            return held[holder].map {
                model.obstruct(
                    $0.job,
                    byRedis: byRedis,
                    answer: "not now",
                    pause: byRedis ? Model.pauses.redis : 70_000
                )
            } ?? ""
        case .fail(let holder, let most):
            return held[holder].map {
                model.fail($0.job, error: "no page", backoff: 60_000, most: most, rest: Self.rest)
            } ?? ""
        case .release(let holder, let pause):
            if let job = held[holder]?.job { model.release(job, pause: pause ? 10_000 : 0) }
            return ""
        case .expire(let holder):
            return held[holder].map { model.expire($0.job, error: "gone", rest: Self.rest) } ?? ""
        case .renew(let names):
            return model.renew(
                names.compactMap { held[$0]?.job }.filter { model.lane(of: $0.id) == 0 },
                lease: Self.lease
            )
        case .sweep(let holder, let ahead, let empty, let above):
            return held[holder].map {
                model.sweep(
                    Self.ahead($0, by: ahead),
                    Self.provider($0.job.provider, rejectEmpty: empty, above: above),
                    lease: Self.lease,
                    rest: Self.rest
                )
            } ?? ""
        default: return ""
        }
    }

    private mutating func applyConsumption(_ step: Step) -> String {
        switch step {
        case .join(let name, let group):
            model[name].stream.exists = true
            if model[name].stream.groups[group] == nil { model[name].stream.groups[group] = StreamModel.Group() }
            learnLags(from: before)
        case .consume(let name, let group):
            let key = "\(name) \(group)"
            let start = model.consume(name, group, stored: positions[key] ?? 0)
            positions[key] = model[name].stream.groups[group]?.last
            return "\(start)"
        case .restoreCatalog(let name, let group): positions["\(name) \(group)"] = backup?.positions["\(name) \(group)"]
        case .leave(let name, let group): model[name].stream.groups[group] = nil
        case .read(let name, let group, let count):
            guard let state = place(of: group, name) else { return "" }
            let start = max(state.last + 1, model[name].stream.first)
            let entries = Array(start...model[name].stream.added).prefix(count)
            if let last = entries.last { model[name].stream.groups[group]?.last = last }
            return entries.map { "\($0)" }.joined(separator: " ")
        case .rewind(let name, let group, let by):
            guard let state = place(of: group, name) else { return "" }
            let back = rewound(state, by, name)
            model[name].stream.groups[group]?.last = back
        case .take(let name, let group, let count):
            guard let state = place(of: group, name) else { return "" }
            let start = max(state.last + 1, model[name].stream.first)
            for entry in start..<max(start, min(start + count, model[name].stream.added + 1)) {
                model[name].stream.groups[group]?.last = entry
                if !state.pending.contains(entry) { model[name].stream.groups[group]?.pending.append(entry) }
            }
            model[name].stream.groups[group]?.pending.sort()
        case .acknowledge(let name, let group):
            guard let state = place(of: group, name) else { return "" }
            model[name].stream.groups[group]?.pending.removeAll { $0 <= state.last }
        case .trim(let name): model[name].stream.trim()
        case .drop(let name): model[name].stream.drop()
        default: break
        }
        return ""
    }

    /// What a worker knows after an answer.
    mutating func learn(from step: Step, reply: String) {
        switch step {
        case .forget: (purges, catalogs, positions) = ([:], [:], [:])
        case .commit(let holder, let listing) where listing.ahead == 0 && reply.hasPrefix("applied"):
            guard let held = holders[holder] else { return }
            holders[holder]?.earlier = held.job.events
            holders[holder]?.job.events = model[held.job.provider].events
            holders[holder]?.job.sequence += 1
        case .commit(let holder, _) where reply.hasPrefix("reread"):
            guard let held = holders[holder] else { return }
            holders[holder]?.earlier = held.job.events
            holders[holder]?.job.events = model[held.job.provider].events
        case .change(let turn, let telling) where telling.ahead == 0 && reply.hasPrefix("applied"):
            turns[turn]?.turn.part += 1
        case .sweep(let holder, 0, _, _) where reply.hasPrefix("removed"): holders[holder]?.job.sequence += 1
        default: break
        }
    }
}
