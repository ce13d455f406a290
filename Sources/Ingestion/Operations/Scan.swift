package import Redis

/// SSCAN, HSCAN or ZSCAN over one key, or SCAN over the names of all, in bounded steps, as an asynchronous sequence of its
/// replies. What changes meanwhile may be seen twice, or not at all.
package struct Scan: AsyncSequence, Sendable {
    let redis: RedisClient
    let command: String
    /// With SCAN one on the node whose names are wanted.
    let key: String
    let match: String

    package struct Iterator: AsyncIteratorProtocol {
        let scan: Scan
        var cursor: String? = "0"

        package mutating func next() async throws -> [RESPValue]? {
            guard let cursor else { return nil }
            var command = RedisCommand(scan.command)
            if scan.command != "SCAN" { command.append(scan.key) }
            for argument in [cursor, "MATCH", scan.match, "COUNT", "500"] { command.append(argument) }
            let reply = try await scan.redis.send(command, near: scan.key)
            guard let parts = reply.array, parts.count == 2, let next = parts[0].string, let values = parts[1].array
            else {
                throw StoreError(.unexpectedReply, "\(scan.command) did not answer with a cursor and a list")
            }
            self.cursor = next == "0" ? nil : next
            return values
        }
    }

    package func makeAsyncIterator() -> Iterator { Iterator(scan: self) }
}

extension Store {
    func scan(_ command: String, _ key: String, match: String = "*") -> Scan {
        Scan(redis: redis, command: command, key: key, match: match)
    }
}
