internal import Catalog
internal import Redis

/// The records of workers. They are in lane 0, whatever lanes a worker serves.
extension Store {
    /// After what time a worker gives a sign of life: of what is new, and at the latest. For how long one counts.
    static let newsInterval = Duration.seconds(1)
    static let signOfLifeInterval = Duration.seconds(5)
    static let registrationInterval = Duration.seconds(10)
    package static let signOfLifeCounts = Duration.seconds(30)

    /// A worker's sign of life, with the bursts that it runs and for how long each has run.
    func announce(_ worker: WorkerIdentity, slots: Int, running: [(job: Job, time: Duration)]) async throws {
        let jobs = JSON.array(
            running.map { job, time in
                [
                    "job": .string(job.id), "kind": .string(job.kind.rawValue), "generation": .integer(job.generation),
                    "for": .integer(time.milliseconds),
                ]
            }
        )
        try await announce(worker, for: Self.signOfLifeCounts) {
            $0.append(worker.name)
            $0.append(TidemarkVersion.current)
            $0.append(Int64(slots))
            $0.append(jobs.bytes)
        }
    }

    /// Takes a worker's record away: it has ended.
    func depart(_ worker: WorkerIdentity) async throws {
        try await announce(worker, for: .zero) { _ in }
    }

    private func announce(
        _ worker: WorkerIdentity,
        for time: Duration,
        _ arguments: @escaping @Sendable (inout RedisCommand) -> Void
    ) async throws {
        let lane = lane(0)
        _ = try await evaluate(
            Scripts.announce,
            on: lane,
            keys: [lane.workers, lane.worker(worker.id)],
            resend: false,
            isReplicated: false
        ) {
            $0.append(worker.id)
            $0.append(time.milliseconds)
            arguments(&$0)
        }
    }

    /// The workers that gave a sign of life lately, by name.
    package func workers() async throws -> [WorkerRecord] {
        let lane = lane(0)
        let replies = try await redis.pipeline([
            RedisCommand("ZRANGE", lane.workers, "0", "-1", "WITHSCORES"), RedisCommand("TIME"),
        ])
        let now = try milliseconds(of: replies[1])
        let scores = replies[0].array ?? []
        let living: [(id: String, seen: Int64)] = stride(from: 0, to: scores.count - 1, by: 2).compactMap { index in
            guard let id = scores[index].string, let seen = scores[index + 1].string.flatMap(Double.init) else {
                return nil
            }
            let isLately = seen > Double(now - Self.signOfLifeCounts.milliseconds) && seen < Double(Self.greatestCount)
            return isLately ? (id, Int64(seen)) : nil
        }
        guard !living.isEmpty else { return [] }
        let hashes = try await redis.pipeline(living.map { RedisCommand("HGETALL", lane.worker($0.id)) })
        return zip(living, hashes).compactMap { worker, hash in
            record(of: worker.id, seen: worker.seen, Fields(hash))
        }.sorted { ($0.name, $0.id) < ($1.name, $1.id) }
    }

    /// Nil when it has expired meanwhile.
    private func record(of id: String, seen: Int64, _ fields: Fields) -> WorkerRecord? {
        guard let name = fields["name"] else { return nil }
        let jobs = fields["jobs"].flatMap { try? JSON(parsing: $0) }?.array ?? []
        return WorkerRecord(
            id: id,
            name: name,
            version: fields["version"] ?? "",
            jobVersion: fields.integer("job_version") ?? 1,
            slots: fields.count("slots"),
            since: fields.integer("since") ?? seen,
            seen: seen,
            activities: jobs.compactMap { job in
                guard let id = job["job"]?.string, let kind = job["kind"]?.string.flatMap(Job.Kind.init),
                    let generation = job["generation"]?.integer, let time = job["for"]?.integer, time >= 0, time <= seen
                else { return nil }
                return WorkerRecord.Activity(job: id, kind: kind, generation: generation, since: seen - time)
            }
        )
    }
}
