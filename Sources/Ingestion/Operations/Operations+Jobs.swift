internal import Catalog
internal import Redis

/// A job of a cycle that goes on, or of the next: a chain and its cursor.
package struct ProviderJob: Sendable, Equatable {
    /// Where it is.
    package enum Place: String, Sendable, CaseIterable {
        case ready
        case waiting
        case delayed
        case leased
    }

    package var id: String
    package var place: Place
    package var kind: Job.Kind
    package var generation: Int64
    /// How many pages its chain has had.
    package var pages: Int
    package var attempts: Int
    package var cursor: String?
    package var error: String?
    /// When it is due or its lease ends, in milliseconds since 1970; nil for one that is ready or waits its turn, or for a worker
    /// that knows its version.
    package var due: Int64?
}

extension Operations {
    /// The jobs of a provider, at most `most` of them, found in bounded steps; those that move meanwhile may be missed.
    package func jobs(of name: String, most: Int) async throws -> [ProviderJob] {
        _ = try await status(of: name)
        let lane = store.lane(of: name)
        var places: [String: (place: ProviderJob.Place, due: Int64?)] = [:]
        let lists = try await store.redis.pipeline([
            RedisCommand("LRANGE", lane.ready, "0", "999"),
            RedisCommand("LRANGE", store.keys(of: name).waiting, "0", "\(most - 1)"),
        ])
        for (list, place) in zip(lists, [ProviderJob.Place.ready, .waiting]) {
            for id in (list.array ?? []).compactMap(\.string) where Job.provider(of: id) == name {
                places[id] = (place, nil)
            }
        }
        for (key, place) in [(lane.delayed, ProviderJob.Place.delayed), (lane.leased, .leased)] {
            for try await values in store.scan("ZSCAN", key, match: "\(name):*") {
                for index in stride(from: 0, to: values.count - 1, by: 2) {
                    guard let id = values[index].string else { continue }
                    places[id] = (place, values[index + 1].string.flatMap(Double.init).flatMap { Int64(exactly: $0) })
                }
                if places.count >= most { break }
            }
        }
        let found = places.sorted { $0.key < $1.key }.prefix(most)
        guard !found.isEmpty else { return [] }
        let hashes = try await store.redis.pipeline(found.map { RedisCommand("HGETALL", lane.job($0.key)) })
        return zip(found, hashes).compactMap { entry, hash in
            let fields = Fields(hash)
            guard let kind = fields["kind"].flatMap(Job.Kind.init) else { return nil }
            return ProviderJob(
                id: entry.key,
                place: entry.value.place,
                kind: kind,
                generation: fields.integer("generation") ?? 0,
                pages: fields.count("pages"),
                attempts: fields.count("attempts"),
                cursor: fields["cursor"],
                error: fields["error"],
                due: entry.value.due.flatMap { $0 < Job.newer ? $0 : nil }
            )
        }
    }

    /// Runs dead jobs of a provider again, all unless some are named; their ids.
    package func retry(_ name: String, jobs: [String]) async throws -> [String] {
        _ = try await status(of: name)
        let dead = try await dead(name).map(\.id)
        let chosen = jobs.isEmpty ? dead : jobs
        guard !chosen.isEmpty else {
            throw OperationError(.refused, "no job of \(name) was given up on: there is nothing to retry")
        }
        if let unknown = chosen.first(where: { !dead.contains($0) }) {
            let known = dead.isEmpty ? "" : "; given up on: \(dead.joined(separator: ", "))"
            throw OperationError(.unknownJob, "no job `\(unknown)` of \(name) was given up on\(known)")
        }
        for id in chosen { try await retry(id) }
        return chosen
    }
}
