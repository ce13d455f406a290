internal import Redis

/// What a provider's stream holds, and how far its consumers are.
package struct StreamStatus: Sendable, Equatable {
    /// A consumer group.
    package struct Group: Sendable, Equatable {
        package var name: String
        package var consumers: Int
        /// Entries that were delivered and not acknowledged.
        package var pending: Int
        /// Entries that were not delivered yet; nil when Redis cannot tell.
        package var lag: Int?
        package var lastDelivered: String
    }

    package var length: Int
    package var firstEntry: String?
    package var lastEntry: String?
    package var groups: [Group]
}

extension Operations {
    /// How far the consumers of a provider are.
    package func stream(of name: String) async throws -> StreamStatus {
        _ = try await status(of: name)
        let deltas = store.keys(of: name).deltas
        // Before its first entry there is no stream, and XINFO an error.
        guard try await store.redis.send(RedisCommand("EXISTS", deltas)).int == 1 else {
            return StreamStatus(length: 0, groups: [])
        }
        let replies = try await store.redis.pipeline([
            RedisCommand("XINFO", "STREAM", deltas), Self.groups(of: deltas),
            RedisCommand("XRANGE", deltas, "-", "+", "COUNT", "1"),
        ])
        let stream = Fields(replies[0])
        return StreamStatus(
            length: stream.count("length"),
            firstEntry: replies[2].array?.first?.array?.first?.string,
            lastEntry: stream["last-generated-id"],
            groups: StreamStatus.Group.list(replies[1])
        )
    }

    /// The consumer groups of a provider's stream; none before its first entry.
    package func groups(of name: String) async throws -> [StreamStatus.Group] {
        // Without a stream it is an error, which is no list.
        StreamStatus.Group.list(try await store.redis.pipeline([Self.groups(of: store.keys(of: name).deltas)])[0])
    }

    private static func groups(of deltas: String) -> RedisCommand { RedisCommand("XINFO", "GROUPS", deltas) }
}

extension StreamStatus.Group {
    /// From the reply of XINFO GROUPS.
    fileprivate static func list(_ reply: RESPValue) -> [StreamStatus.Group] {
        (reply.array ?? []).map { reply in
            let group = Fields(reply)
            return StreamStatus.Group(
                name: group["name"] ?? "",
                consumers: group.count("consumers"),
                pending: group.count("pending"),
                lag: group.integer("lag").map { Int($0) },
                lastDelivered: group["last-delivered-id"] ?? "0-0"
            )
        }
    }
}
