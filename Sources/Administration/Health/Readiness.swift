internal import Catalog
package import Ingestion
internal import Redis

/// Whether this process does its part now.
package struct Readiness: Sendable {
    private enum Proof: Sendable {
        case claim(WorkerHealth, within: Duration)
        case answer(Store)
    }

    private let proof: Proof

    /// Of a process with a worker: Redis answered a claim within the last lease. An idle worker claims each 5 s, so that a shorter
    /// lease would say nothing; twice that counts at the least.
    package init(of worker: WorkerHealth, lease: Duration) {
        proof = .claim(worker, within: max(lease, .seconds(10)))
    }

    /// Of a process that only serves: Redis answers, and is laid out as the configuration says and this build knows.
    package init(of store: Store) {
        proof = .answer(store)
    }

    /// Why it is not ready; nil when it is.
    func problem() async -> String? {
        switch proof {
        case .claim(let health, let limit):
            let silence = health.longestSilence
            if let time = silence.time, time <= limit { return nil }
            let lane = health.count > 1 ? " on lane \(silence.lane)" : ""
            let time = silence.time.map { " for \($0.components.seconds) s" } ?? " yet"
            return "Redis has answered no claim\(lane)\(time)" + (silence.error.map { ": \($0)" } ?? "")
        case .answer(let store):
            do {
                let reply = try await store.redis.send(RedisCommand("HGET", "\(store.prefix):layout", "lanes"))
                if let lanes = reply.int, lanes != store.lanes {
                    return "Redis is laid out with \(lanes) lanes, the configuration says \(store.lanes)"
                }
                try await store.requireKnownLayout()
                return nil
            } catch let error as StoreError {
                return error.message
            } catch {
                return "Redis cannot be reached"
            }
        }
    }
}
