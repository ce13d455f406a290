/// What answers a request: one value, or one for each command of a pipeline.
enum RedisReply: Sendable, Equatable {
    case one(RESPValue)
    case many([RESPValue])
}

extension RedisReply {
    var values: [RESPValue] {
        switch self {
        case .one(let value): [value]
        case .many(let values): values
        }
    }

    /// - Parameter sender: what was sent, for the message.
    /// - Throws: an error reply.
    func value(of sender: String) throws(RedisError) -> RESPValue {
        guard case .one(let value) = self else {
            throw RedisError(.unexpectedReply, "Redis gave several replies to \(sender).")
        }
        if case .error(let error) = value {
            throw RedisError(.server, "Redis refused \(sender): \(error.message)", underlying: error)
        }
        return value
    }
}
