internal import Redis

/// What a person can do to a provider. Each operation is a script of its own and takes effect at once: a burst that runs
/// meanwhile fails on its fence.
package struct Operations: Sendable {
    package let store: Store

    package init(store: Store) {
        self.store = store
    }

    /// Makes what the provider waits for due now; the number of jobs that it concerned.
    @discardableResult
    package func trigger(_ name: String) async throws -> Int {
        var moved = 0
        var asked = false
        for try await ids in delayedJobs(of: name) {
            asked = true
            moved += try await trigger(name, ids)
        }
        return asked ? moved : try await trigger(name, [])
    }

    private func trigger(_ name: String, _ ids: [String]) async throws -> Int {
        let reply = try await store.evaluate(
            Scripts.trigger,
            on: store.lane(of: name),
            keys: [store.keys(of: name).hash]
        ) { command in
            for id in ids { command.append(id) }
        }
        if let moved = reply.values.first?.int { return Int(moved) }
        switch try reply.word() {
        case "unknown": throw OperationError.unknown(name)
        case "paused": throw OperationError(.refused, "\(name) is paused: `tidemark resume \(name)` first")
        case "purged":
            throw OperationError(.refused, "\(name) is purged: `tidemark start \(name)` begins a cycle of it")
        default: throw reply.unexpected()
        }
    }

    /// Ends the cycle that goes on, if any, and starts another at once.
    package func start(_ name: String) async throws {
        try await simple(Scripts.start, name, [store.makeJobID(name)])
    }

    /// Ends the cycle that goes on, if any; the next one starts after `duration`.
    package func cancel(_ name: String, for duration: Duration = .seconds(24 * 60 * 60)) async throws {
        try await simple(Scripts.cancel, name, [store.makeJobID(name), "\(duration.milliseconds)"])
    }

    /// Stops the provider where it is; false when it was paused before.
    @discardableResult
    package func pause(_ name: String) async throws -> Bool {
        try await simple(Scripts.pause, name, []) != "paused"
    }

    /// Lets a paused provider go on where it was, or a cancelled one start its next cycle.
    package func resume(_ name: String) async throws {
        if try await simple(Scripts.resume, name, [store.makeJobID(name)]) == "running" {
            throw OperationError(.refused, "\(name) is neither paused nor cancelled: there is nothing to resume")
        }
    }

    /// Forgets the digests and has a cycle begin at once, so that everything is published again as the source lists it.
    ///
    /// - Parameters:
    ///   - known: how many resyncs the consumer knew of that needs this one; it is left out if there was another since. Nil: a
    ///     person asks.
    ///   - reason: why a consumer needs it, shown until everything is published. Empty: a person asks.
    package func resync(_ name: String, after known: Int64? = nil, because reason: String = "") async throws {
        let keys = store.keys(of: name)
        let arguments = [store.makeJobID(name), known.map(String.init) ?? "", reason]
        try await simple(Scripts.resync, name, arguments, keys: [keys.digests, keys.validators, keys.validatorsBefore])
    }

    /// Approves the held sweep: what is unmarked is removed. Or what the feed of changes told, if that is held.
    package func approveSweep(_ name: String) async throws {
        try await onHeld(Scripts.approve, name, [store.makeJobID(name)])
    }

    /// Discards the held sweep, or what the feed of changes told: the refs stay known and the next cycle decides anew.
    package func discardSweep(_ name: String) async throws {
        try await onHeld(Scripts.discard, name, [])
    }

    /// Runs a dead job again, in the cycle that it belongs to.
    package func retry(_ id: String) async throws {
        let name = Job.provider(of: id)
        let reply = try await store.evaluate(
            Scripts.retry,
            on: store.lane(of: name),
            keys: [store.keys(of: name).hash]
        ) { $0.append(id) }
        switch try reply.word() {
        case "ok": return
        case "unknown":
            throw OperationError(.unknownJob, "no job \(id) is dead: `tidemark show \(name)` lists those that are")
        case "over":
            throw OperationError(
                .refused,
                "the cycle of \(id) is over: `tidemark start \(name)` reads the source from its beginning"
            )
        default: throw reply.unexpected()
        }
    }

    /// Forgets everything about a provider, step by step; with `publish`, its consumers are told to remove each entity.
    /// `locationKey` is what its deltas carry. A purge that is cancelled goes on where it was when it is called again.
    package func purge(
        _ name: String,
        publish: Bool,
        locationKey: String,
        progress: (_ left: Int) -> Void = { _ in }
    ) async throws {
        var purge = Purge(name, publish: publish, locationKey: locationKey, store: store)
        while true {
            try Task.checkCancellation()
            switch try await purge.step() {
            case .purged: return
            case .moved: continue
            case .purging(let left): progress(left)
            }
        }
    }

    @discardableResult
    private func simple(
        _ script: RedisScript,
        _ name: String,
        _ arguments: [String],
        keys: [String] = []
    ) async throws -> String {
        let reply = try await store.evaluate(
            script,
            on: store.lane(of: name),
            keys: [store.keys(of: name).hash] + keys
        ) { command in
            for argument in arguments { command.append(argument) }
        }
        let word = try reply.word()
        if word == "unknown" { throw OperationError.unknown(name) }
        return word
    }

    private func onHeld(_ script: RedisScript, _ name: String, _ arguments: [String]) async throws {
        let keys = store.keys(of: name)
        if try await simple(script, name, arguments, keys: [keys.feed, keys.heldRemovals]) == "none" {
            throw OperationError(
                .refused,
                "no sweep of \(name) is held: it was decided, or the next cycle has begun and will decide anew"
            )
        }
    }
}
