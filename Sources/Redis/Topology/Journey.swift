/// Commands on their way to the servers of a cluster that have their slot: what to send next, and what the answers mean.
struct Journey {
    enum Step: Equatable {
        case finished([RESPValue])
        /// Send what is left at once, to ``asked`` if that is set.
        case goOn
        /// The same, and this slot belongs to another server than the map says.
        case learn(HashSlot, RedisAddress)
        /// Send what is left again after a pause; or end with these replies, when there is no time left.
        case pause([RESPValue])
    }

    /// So many redirections in a row, and it waits a little: servers that point at each other are in a failover.
    private static let mostRedirections = 5

    /// The server that has to be asked in place of the slot's.
    private(set) var asked: RedisAddress?
    private var rest: ArraySlice<RedisCommand>
    private var replies: [RESPValue] = []
    private var redirections = 0

    init(_ commands: [RedisCommand]) {
        rest = commands[...]
    }

    /// What is to be sent now. A server that is asked for what is on its way to it wants to hear so before each command.
    var commands: [RedisCommand] {
        asked == nil ? Array(rest) : rest.flatMap { [RedisCommand("ASKING"), $0] }
    }

    /// They could not be sent to where they should go.
    mutating func failed() {
        asked = nil
    }

    /// - Parameter answers: to ``commands``.
    mutating func received(_ answers: [RESPValue], from server: RedisAddress) -> Step {
        let answers = asked == nil ? answers : stride(from: 1, to: answers.count, by: 2).map { answers[$0] }
        asked = nil
        let redirected = answers.indices.lazy.compactMap { index in
            answers[index].error.flatMap { Redirection($0, from: server) }.map { (index, $0) }
        }.first
        guard let (index, redirection) = redirected else { return .finished(replies + answers) }
        let whole = replies + answers
        replies += answers[..<index]
        rest = rest.dropFirst(index)
        redirections += 1
        let isTooOften = redirections % Self.mostRedirections == 0
        switch redirection {
        case .moved(let slot, let address):
            return isTooOften ? .pause(whole) : .learn(slot, address)
        case .ask(let address):
            if isTooOften { return .pause(whole) }
            asked = address
            return .goOn
        case .later:
            return .pause(whole)
        }
    }
}
