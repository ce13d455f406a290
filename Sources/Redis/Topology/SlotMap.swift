/// Which master of a cluster has which slots.
struct SlotMap: Sendable {
    private(set) var masters: [RedisAddress] = []
    private(set) var replicas: [RedisAddress] = []
    /// For each slot the index of its master, or -1.
    private var owners = [Int16](repeating: -1, count: HashSlot.count)

    /// Reads the reply to `CLUSTER SLOTS`.
    ///
    /// - Parameter server: who gave it. A server without a host is another port of the same.
    init(_ reply: RESPValue, from server: RedisAddress) throws(RedisError) {
        guard let ranges = reply.array else { throw Self.unexpected(server) }
        for range in ranges {
            guard let parts = range.array, parts.count >= 3, let first = parts[0].int, let last = parts[1].int,
                first >= 0, first <= last, last < HashSlot.count, let master = Self.address(parts[2], server)
            else { throw Self.unexpected(server) }
            let index = index(of: master)
            for slot in Int(first)...Int(last) { owners[slot] = index }
            replicas += parts[3...].compactMap { Self.address($0, server) }
        }
        guard !masters.isEmpty else {
            throw .connectionFailed(server, because: "its cluster serves no slots yet")
        }
    }

    func master(of slot: HashSlot) -> RedisAddress? {
        let owner = owners[slot.number]
        return owner < 0 ? nil : masters[Int(owner)]
    }

    mutating func move(_ slot: HashSlot, to master: RedisAddress) {
        owners[slot.number] = index(of: master)
    }

    private mutating func index(of master: RedisAddress) -> Int16 {
        if let index = masters.firstIndex(of: master) { return Int16(index) }
        masters.append(master)
        return Int16(masters.count - 1)
    }

    private static func address(_ node: RESPValue, _ server: RedisAddress) -> RedisAddress? {
        guard let parts = node.array, parts.count >= 2, let port = parts[1].int else { return nil }
        if let host = parts[0].string, !host.isEmpty, host != "?" {
            return .tcp(host: host, port: Int(port))
        }
        guard case .tcp(let host, _) = server else { return nil }
        return .tcp(host: host, port: Int(port))
    }

    private static func unexpected(_ server: RedisAddress) -> RedisError {
        RedisError(.unexpectedReply, "Redis at \(server) gave slots in a form that this version does not read.")
    }
}
