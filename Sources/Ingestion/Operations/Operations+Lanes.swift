internal import Redis

/// What the jobs of a lane come to, from the lengths of its lists and sets.
package struct LaneStatus: Sendable, Equatable {
    package var lane: Int
    package var ready: Int
    package var delayed: Int
    package var leased: Int
    package var dead: Int
    /// For how long the delayed job that is due longest has been due; zero when none is.
    package var overdue: Duration
}

extension Operations {
    /// The jobs of each lane.
    package func lanes() async throws -> [LaneStatus] {
        var lanes: [LaneStatus] = []
        for number in 0..<store.lanes {
            let keys = store.lane(number)
            let replies = try await store.redis.pipeline([
                RedisCommand("LLEN", keys.ready), RedisCommand("ZCARD", keys.delayed),
                RedisCommand("ZCARD", keys.leased),
                RedisCommand("LLEN", keys.dead), RedisCommand("ZRANGE", keys.delayed, "0", "0", "WITHSCORES"),
                RedisCommand("TIME"),
            ])
            // One that may not be read, or is loading yet: no lane is empty for that.
            if let error = replies.lazy.compactMap(\.error).first {
                throw StoreError(.unexpectedReply, "the jobs of lane \(number) cannot be counted: \(error.message)")
            }
            let counts = replies.prefix(4).map { Int($0.int ?? 0) }
            let due = replies[4].array?.last?.string.flatMap(Double.init)
            let overdue = try due.map { Double(try store.milliseconds(of: replies[5])) - $0 } ?? 0
            lanes.append(
                LaneStatus(
                    lane: number,
                    ready: counts[0],
                    delayed: counts[1],
                    leased: counts[2],
                    dead: counts[3],
                    overdue: .milliseconds(Int64(min(max(0, overdue), Double(Store.greatestCount))))
                )
            )
        }
        return lanes
    }

    /// How many workers gave a sign of life lately.
    package func livingWorkers() async throws -> Int {
        let key = store.lane(0).workers
        let now = try store.milliseconds(of: try await store.redis.send(RedisCommand("TIME"), near: key))
        let counts = Store.signOfLifeCounts.milliseconds
        let range = ["(\(now - counts)", "(\(now + counts)"]
        return Int(try await store.redis.send(RedisCommand("ZCOUNT", arguments: [key] + range)).int ?? 0)
    }

    /// Why Redis takes no writes (a replica, too few replicas, a disk that is full), for people, so that no worker can go on; nil if it
    /// takes them, or if nobody can tell.
    package func refusalOfWrites() async -> String? {
        // There is nothing to delete. That Redis has no memory left is no reason to refuse this, and none for workers to stop.
        do { _ = try await store.redis.send(RedisCommand("DEL", arguments: [store.lane(0).job("none")])) } catch {
            guard let answer = error.serverError, answer.prefix != "NOPERM" else { return nil }
            return "Redis takes no writes: \(answer)"
        }
        return nil
    }
}

extension Store {
    /// The reply of TIME in milliseconds since 1970.
    func milliseconds(of reply: RESPValue) throws -> Int64 {
        let clock = reply.array?.compactMap(\.int) ?? []
        guard clock.count == 2 else { throw StoreError(.unexpectedReply, "TIME did not answer with two numbers") }
        return clock[0] * 1_000 + clock[1] / 1_000 + clockOffset()
    }
}
