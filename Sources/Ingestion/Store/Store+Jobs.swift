internal import Catalog
internal import Redis

/// What a holder is told that may no longer write.
package enum Refusal: String, Sendable {
    /// The lease ran out and the job is another's, or gone.
    case lost
    /// An operation ended the cycle or paused the provider.
    case revoked
}

/// Why a chain goes on only after a time.
package enum PauseReason: String, Sendable {
    /// Its burst was long enough.
    case interval
    /// Consumers are behind.
    case throttled
    /// Its next call is not due.
    case calls
}

/// What a claim gave.
package struct Claim: Sendable {
    package var jobs: [Job]
    /// Jobs that cannot be run: somebody else has written to their hashes. They do not stop the others.
    package var spoiled: [SpoiledJob] = []
    /// How long until something is due, by the clock of Redis; nil when nothing is.
    package var due: Duration?
}

/// A job that cannot be run as it stands in Redis.
package struct SpoiledJob: Sendable {
    package var id: String
    /// What is wrong, with the name of its key.
    package var problem: String
    /// By what its holder can fail it; nil when it was not leased: then it waits already.
    package var job: Job?
}

/// What became of a worker's plan of a provider.
package struct Registration: Sendable {
    /// Whether the provider was not known before.
    package var isNew: Bool
    /// The number of the plan; 0 when the provider's is another, whose jobs this worker leaves alone.
    package var planNumber: Int64
    /// Whether a changed plan has started a cycle over.
    package var hasStartedOver: Bool

    package var hasPlan: Bool { planNumber > 0 }
}

extension Store {
    /// Makes a provider known, or gives a sign of life of a worker that has it.
    ///
    /// - Parameter last: what this answered before; nil when the worker starts.
    @discardableResult
    package func register(
        _ provider: Provider,
        limits: StreamLimits,
        after last: Registration? = nil
    ) async throws -> Registration {
        let name = provider.name
        let lane = lane(of: name)
        let keys = lane.provider(name)
        let id = makeJobID(name)
        let (concurrency, publish, isPolled) = (provider.concurrency, provider.publish, provider.changes != nil)
        let misses = Int64(provider.removeAfterMisses)
        let (plan, worker) = (provider.plan, worker)
        let reply = try await evaluate(
            Scripts.register,
            on: lane,
            keys: [
                lane.providers, keys.hash, keys.digests, keys.feed, keys.ids, keys.owners, keys.validators,
                keys.validatorsBefore, keys.workers,
            ]
        ) {
            $0.append(name)
            $0.append(Int64(concurrency))
            $0.append(Int64(limits.maxPending))
            $0.append(Int64(limits.maxLength))
            $0.append(publish.rawValue)
            $0.append(id)
            $0.append(isPolled ? 1 : 0)
            $0.append(misses)
            $0.append(plan)
            $0.append(worker)
            $0.append(Self.signOfLifeCounts.milliseconds)
            $0.append(last.map { "\($0.planNumber)" } ?? "")
        }
        return Registration(
            isNew: try reply.integer(0) == 1,
            planNumber: try reply.integer(1),
            hasStartedOver: try reply.integer(2) == 1
        )
    }

    /// This worker ends: it has the providers, which are all of one lane, no more.
    package func unregister(_ providers: [Provider]) async throws {
        guard !providers.isEmpty else { return }
        let commands = providers.map {
            RedisCommand("ZREM", keys(of: $0.name).workers, "\($0.plan) \(worker)")
        }
        _ = try await shielded { [redis] in try await redis.pipeline(commands) }
    }

    /// Not sent again when its reply is lost: those jobs come back when their leases run out.
    package func claim(_ count: Int, on lane: LaneKeys, lease: Duration) async throws -> Claim {
        let worker = worker
        let reply = try await evaluate(Scripts.claim, on: lane, resend: false) {
            $0.append(Int64(count))
            $0.append(lease.milliseconds)
            $0.append(Self.stallsBeforePause)
            $0.append(Self.stallPause.milliseconds)
            $0.append(Self.throttlePause.milliseconds)
            $0.append(worker)
        }
        let due = try reply.integer(0)
        var claim = Claim(jobs: [], due: due < 0 ? nil : .milliseconds(due))
        for value in try reply.list(1) {
            let fields = Reply(value, of: "claim")
            let job = try job(fields, kind: Job.Kind(rawValue: try fields.string(1)) ?? .page)
            if let problem = try problem(of: job, fields) {
                let text = "job \(job.id) cannot be run, see its hash \(lane.job(job.id)): \(problem)"
                claim.spoiled.append(SpoiledJob(id: job.id, problem: text, job: job))
            } else {
                claim.jobs.append(job)
            }
        }
        for value in try reply.list(2) {
            let fields = Reply(value, of: "claim")
            claim.spoiled.append(SpoiledJob(id: try fields.string(0), problem: try fields.string(1)))
        }
        return claim
    }

    private func job(_ fields: Reply, kind: Job.Kind) throws -> Job {
        Job(
            id: try fields.string(0),
            kind: kind,
            generation: try fields.integer(2),
            previous: try fields.integer(3),
            fence: try fields.integer(4),
            sequence: try fields.integer(5),
            attempts: Int(try fields.integer(6)),
            pages: Int(try fields.integer(7)),
            cursor: try fields.bytes(8),
            events: try fields.integer(9),
            held: .milliseconds(try fields.integer(10))
        )
    }

    private func problem(of job: Job, _ fields: Reply) throws -> String? {
        let kind = try fields.string(1)
        if Job.Kind(rawValue: kind) == nil { return "it is of a kind that this version does not know" }
        if !Job.isValid(id: job.id) { return "its id is not a provider's name, a colon, and letters, digits or dashes" }
        let counts = [job.generation, job.previous, job.sequence, Int64(job.attempts), Int64(job.pages), job.events]
        // What Lua counts with: beyond it a number is not what it was, and would overflow here.
        if !counts.allSatisfy({ (0...Self.greatestCount).contains($0) }) { return "a number in it is out of bounds" }
        return nil
    }

    /// One step of beginning a cycle: nil while older generations are being merged, else the job as it goes on.
    ///
    /// - Parameter point: from where changes are told from now on, where that was asked.
    package func begin(_ job: Job, point: FeedPoint? = nil, lease: Duration) async throws -> Result<Job?, RefusedError>
    {
        let keys = keys(of: job.provider)
        let reply = try await evaluate(
            Scripts.begin,
            on: lane(of: job.provider),
            keys: [
                keys.hash, keys.seen(job.generation), keys.seen(job.previous), keys.validators, keys.validatorsBefore,
                keys.feed,
            ]
        ) {
            $0.append(holder: job)
            $0.append(lease.milliseconds)
            $0.append(job.generation)
            $0.append(job.previous)
            $0.append(point?.cursor ?? [])
            $0.append(String((point?.error ?? "").prefix(Self.errorLength)))
        }
        switch try reply.word() {
        case "merging": return .success(nil)
        case "begun":
            var begun = job
            begun.kind = .page
            begun.generation = try reply.integer(1)
            begun.previous = try reply.integer(2)
            return .success(begun)
        case let word: return .failure(try reply.refused(word))
        }
    }

    /// Ends a burst whose chain goes on.
    package func finish(_ job: Job, pause: Duration, reason: PauseReason) async throws {
        _ = try await evaluate(Scripts.finish, on: lane(of: job.provider), keys: [keys(of: job.provider).hash]) {
            $0.append(holder: job)
            $0.append(pause.milliseconds)
            $0.append(reason.rawValue)
        }
    }

    /// Gives a job back; counts no attempt. False when it is another's by now, or gone.
    @discardableResult
    package func release(_ job: Job, pause: Duration = .zero) async throws -> Bool {
        let reply = try await evaluate(Scripts.release, on: lane(of: job.provider), keys: [keys(of: job.provider).hash])
        {
            $0.append(holder: job)
            $0.append(pause.milliseconds)
        }
        return try reply.word() == "ok"
    }

    /// Takes note of a failure; true when the job was given up.
    package func fail(
        _ job: Job,
        error: String,
        backoff: Duration,
        maxAttempts: Int?,
        rest: Duration
    ) async throws -> Bool {
        let next = makeJobID(job.provider)
        let reply = try await evaluate(Scripts.fail, on: lane(of: job.provider), keys: [keys(of: job.provider).hash]) {
            $0.append(holder: job)
            $0.append(backoff.milliseconds)
            $0.append(String(error.prefix(Self.errorLength)))
            $0.append(Int64(maxAttempts ?? 0))
            $0.append(rest.milliseconds)
            $0.append(next)
            $0.append(Self.deadJobs)
        }
        return try reply.word() == "dead"
    }

    /// Starts the cycle over because the source no longer knows the cursor; false when that happened too often.
    package func expire(_ job: Job, error: String, rest: Duration) async throws -> Bool {
        let next = makeJobID(job.provider)
        let keys = keys(of: job.provider)
        let reply = try await evaluate(
            Scripts.expire,
            on: lane(of: job.provider),
            keys: [keys.hash, keys.validators, keys.validatorsBefore]
        ) {
            $0.append(holder: job)
            $0.append(Self.restarts)
            $0.append(String(error.prefix(Self.errorLength)))
            $0.append(rest.milliseconds)
            $0.append(next)
        }
        return try reply.word() != "failed"
    }

    /// Extends leases of one lane; the ids of those that were lost.
    package func renew(_ jobs: [Job], on lane: LaneKeys, lease: Duration) async throws -> [String] {
        var lost: [String] = []
        var rest = jobs[...]
        while !rest.isEmpty {
            let batch = Array(rest.prefix(500))
            rest = rest.dropFirst(batch.count)
            let reply = try await evaluate(Scripts.renew, on: lane, isReplicated: false) { command in
                command.append(lease.milliseconds)
                for job in batch { command.append(holder: job) }
            }
            for (index, job) in batch.enumerated() where try reply.integer(index) == 0 { lost.append(job.id) }
        }
        return lost
    }

    /// So many stalls in a row, and a job waits for ``stallPause``: a page that kills its worker must not kill them all.
    static let stallsBeforePause: Int64 = 3
    static let stallPause = Duration.seconds(60)
    /// How long a job of a throttled provider waits before it looks again.
    package static let throttlePause = Duration.seconds(1)
    /// The start of an error text is what tells; the rest is cut.
    static let errorLength = 1_000
    static let restarts: Int64 = 3
    static let deadJobs: Int64 = 1_000
    static let greatestCount: Int64 = 1 << 53
}

/// The holder may no longer write.
package struct RefusedError: Error, Sendable {
    package let refusal: Refusal
}

extension Reply {
    func refused(_ word: String) throws -> RefusedError {
        guard let refusal = Refusal(rawValue: word) else { throw unexpected() }
        return RefusedError(refusal: refusal)
    }
}

extension RedisCommand {
    /// The first arguments of every script that a holder calls.
    mutating func append(holder job: Job) {
        append(job.id)
        append(job.fence)
    }
}

extension Duration {
    /// Whole milliseconds.
    package var milliseconds: Int64 {
        components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
    }
}
