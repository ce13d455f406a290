package import Catalog

/// The poll of a provider's changes, while this worker has it.
package struct PollTurn: Sendable {
    /// The number on which a holder fails whose lease another has taken.
    package let fence: Int64
    /// Failures in a row before this turn.
    package let failures: Int
    /// From where to ask, as it was stored; nil when the feed is only asked whether it answers.
    package let cursor: [UInt8]?
    /// The parts that were applied in this turn.
    package var part: Int64 = 0
}

/// Whether a worker has the poll.
package enum PollClaim: Sendable {
    case taken(PollTurn)
    /// Another has it, or it is not due, or not to be polled at all; when it is worth looking again.
    case wait(Duration)
}

/// From where changes are told, as a cycle begins with it.
package struct FeedPoint: Sendable {
    /// As it is stored.
    package var cursor: [UInt8]?
    /// Why there is none.
    package var error: String?
}

/// How a turn went.
package enum PollOutcome: Sendable {
    /// All that was told was applied; whether there is more.
    case told(hasMore: Bool)
    /// The guard holds what was told; the first refs that it would remove.
    case held([EntityRef])
    case failed(String)
    /// The feed cannot tell from the cursor any more, or is not believed: a cycle has to read the source anew.
    case expired(String)
    /// There is no cursor, and the feed answers: a cycle can begin.
    case answers
    /// The process shuts down.
    case released

    var word: String {
        switch self {
        case .told(let hasMore): hasMore ? "told" : "caught"
        case .held: "held"
        case .failed: "failed"
        case .expired: "expired"
        case .answers: "answers"
        case .released: "released"
        }
    }

    var error: String {
        switch self {
        case .failed(let error), .expired(let error): error
        default: ""
        }
    }
}
