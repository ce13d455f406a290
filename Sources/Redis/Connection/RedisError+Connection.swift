/// The errors that a connection gives its callers, worded in one place.
extension RedisError {
    static func connectionClosed(_ address: RedisAddress, because reason: String, underlying: (any Error)? = nil)
        -> Self
    {
        Self(
            .connectionClosed,
            "The connection to Redis at \(address) ended before the reply: \(reason). Whether the command ran is not known.",
            underlying: underlying
        )
    }

    static func connectionFailed(_ address: RedisAddress, because reason: String, underlying: (any Error)? = nil)
        -> Self
    {
        Self(.connectionFailed, "No connection to Redis at \(address): \(reason)", underlying: underlying)
    }

    static func unavailable(_ address: RedisAddress, _ error: RedisServerError) -> Self {
        Self(.unavailable, "Redis at \(address) does not take commands now: \(error.message)", underlying: error)
    }

    static func endedBeforeUse() -> Self {
        Self(.connectionFailed, "A connection to Redis ended before a command could be written.")
    }

    static func timeout(_ address: RedisAddress) -> Self {
        Self(.timeout, "Redis at \(address) did not reply in time. Whether the command ran is not known.")
    }

    static func cancelled() -> Self {
        Self(.cancelled, "A Redis command was cancelled.")
    }

    static func shutdown() -> Self {
        Self(.shutdown, "The Redis client is not running any more.")
    }

    static func unsolicitedReply(_ address: RedisAddress) -> Self {
        Self(.protocolViolation, "Redis at \(address) sent a reply that nothing had asked for.")
    }

    static func protocolViolation(_ address: RedisAddress, _ error: RESPProtocolError) -> Self {
        Self(.protocolViolation, "Redis at \(address) sent \(error.message).", underlying: error)
    }
}

extension RedisError {
    /// Whether the server was not reached, or takes no commands for now: it may be there later.
    package var mayPass: Bool {
        switch code {
        case .connectionFailed, .connectionClosed, .timeout, .unavailable: true
        case .authentication, .tls, .server, .invalidURL, .protocolViolation, .cancelled, .notReplicated, .crossSlot,
            .unexpectedReply, .shutdown, .privateServer:
            false
        }
    }

    /// Waiting does not mend it: whoever waits for a connection is told at once.
    var isLasting: Bool {
        switch code {
        case .authentication, .tls, .server, .invalidURL, .protocolViolation: true
        case .connectionFailed, .connectionClosed, .timeout, .cancelled, .unavailable, .notReplicated, .crossSlot,
            .unexpectedReply, .shutdown, .privateServer:
            false
        }
    }
}
