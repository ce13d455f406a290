/// What a command's exit code says to scripts.
enum ExitStatus: Int32, Sendable, CaseIterable {
    case success = 0
    case failure = 1
    case usage = 2
    case notFound = 3
    case refused = 4
    case unreachable = 5
    case violated = 6

    /// The line of `tidemark --help`.
    var explanation: String {
        switch self {
        case .success: "done"
        case .failure: "failed; the message says where, and what to do"
        case .usage: "the configuration or the command line is wrong"
        case .notFound: "no such provider, or no such job"
        case .refused: "not now: no sweep is held, the provider is paused, …"
        case .unreachable: "Redis cannot be reached, or is not fit"
        case .violated: "verify found a violated invariant or a difference, or demo one"
        }
    }
}
