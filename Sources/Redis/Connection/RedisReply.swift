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
        return try value.orError(of: sender)
    }
}

extension RESPValue {
    /// - Parameter sender: what was sent, for the message.
    /// - Throws: an error reply.
    func orError(of sender: String) throws(RedisError) -> RESPValue {
        guard case .error(let error) = self else { return self }
        let code = error.isPassing ? RedisError.Code.unavailable : .server
        throw RedisError(code, "Redis refused \(sender): \(error.message)", underlying: error)
    }
}
