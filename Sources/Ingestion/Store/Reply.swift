internal import Redis

/// A script's reply, read field by field; every mismatch names the script.
struct Reply {
    let script: String
    let values: [RESPValue]

    init(_ value: RESPValue, of script: RedisScript) {
        self.script = script.name
        values = value.array ?? [value]
    }

    init(_ value: RESPValue, of script: String) {
        self.script = script
        values = value.array ?? [value]
    }

    /// The word that most replies begin with.
    func word() throws -> String { try string(0) }

    func string(_ index: Int) throws -> String {
        guard index < values.count, let value = values[index].string else { throw mismatch(index, "text") }
        return value
    }

    func integer(_ index: Int) throws -> Int64 {
        guard index < values.count, let value = values[index].int else { throw mismatch(index, "an integer") }
        return value
    }

    func bytes(_ index: Int) throws -> [UInt8]? {
        guard index < values.count else { throw mismatch(index, "bytes") }
        return values[index].bytes
    }

    func list(_ index: Int) throws -> [RESPValue] {
        guard index < values.count, let value = values[index].array else { throw mismatch(index, "a list") }
        return value
    }

    func unexpected() -> StoreError {
        StoreError(.unexpectedReply, "the script \(script) answered what this version does not know")
    }

    private func mismatch(_ index: Int, _ wanted: String) -> StoreError {
        StoreError(
            .unexpectedReply,
            "the answer of \(script) should have \(wanted) at \(index); is another version of Tidemark at work here?"
        )
    }
}
