internal import Catalog
internal import Redis

/// An entry as Redis gave it.
struct RawEntry: Sendable {
    let id: StreamEntryID
    let fields: [(String, [UInt8])]

    /// Reads one element of what XREADGROUP and XRANGE give.
    init(_ reply: RESPValue) throws(RedisError) {
        guard let parts = reply.array, parts.count == 2, let id = parts[0].string.flatMap(StreamEntryID.init) else {
            throw RedisError(.unexpectedReply, "Redis gave a stream entry without an id.")
        }
        self.id = id
        let values = parts[1].array ?? []
        fields = stride(from: 0, to: values.count - 1, by: 2).map { index in
            (values[index].string ?? "", values[index + 1].bytes ?? [])
        }
    }
}
