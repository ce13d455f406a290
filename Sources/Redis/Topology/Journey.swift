/// Commands on their way to the servers of a cluster that have their slot: what to send next, and what the answers mean.
struct Journey {
    enum Step: Equatable {
        case finished([RESPValue])
        /// Send ``commands`` at once, to ``asked`` if that is set.
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

    /// What is to be sent now. A server that is asked for what is on its way to it wants to hear so before each command. It is asked
    /// for the one key that was redirected alone: those of the others may not have arrived, and it would say that there are none.
    var commands: [RedisCommand] {
        asked == nil ? Array(rest) : arrived.flatMap { [RedisCommand("ASKING"), $0] }
    }

    /// The command that was redirected, and what belongs to it, as WAIT does.
    private var arrived: ArraySlice<RedisCommand> {
        rest.prefix(1) + rest.dropFirst().prefix { $0.key == nil }
    }

    /// They could not be sent to where they should go.
    mutating func failed() {
        asked = nil
    }

    /// - Parameter answers: to ``commands``.
    mutating func received(_ answers: [RESPValue], from server: RedisAddress) -> Step {
        let isPart = asked != nil
        let answers = isPart ? stride(from: 1, to: answers.count, by: 2).map { answers[$0] } : answers
        asked = nil
        let redirected = answers.indices.lazy.compactMap { index in
            answers[index].error.flatMap { Redirection($0, from: server) }.map { (index, $0) }
        }.first
        guard let (index, redirection) = redirected else {
            guard isPart, answers.count < rest.count else { return .finished(replies + answers) }
            replies += answers
            rest = rest.dropFirst(answers.count)
            redirections = 0
            return .goOn
        }
        // What was not sent would have been answered alike.
        let unsent = Array(repeating: answers[index], count: max(0, rest.count - answers.count))
        let whole = replies + answers + unsent
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
