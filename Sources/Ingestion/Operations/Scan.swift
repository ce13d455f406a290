package import Redis

/// SSCAN, HSCAN or ZSCAN over one key in bounded steps, as an asynchronous sequence of its replies. What changes meanwhile
/// may be seen twice, or not at all.
package struct Scan: AsyncSequence, Sendable {
    let redis: RedisClient
    let command: String
    let key: String
    let match: String

    package struct Iterator: AsyncIteratorProtocol {
        let scan: Scan
        var cursor: String? = "0"

        package mutating func next() async throws -> [RESPValue]? {
            guard let cursor else { return nil }
            let reply = try await scan.redis.send(
                RedisCommand(scan.command, scan.key, cursor, "MATCH", scan.match, "COUNT", "500")
            )
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
