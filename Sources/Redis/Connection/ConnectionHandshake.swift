/// What a new connection says before it carries commands: AUTH, SELECT, CLIENT SETNAME, CLIENT ID,
/// PING and, where it has to be a master, ROLE, sent at once.
///
/// RESP2 is what a server speaks unless asked for more, so HELLO is never sent. PING shows that the server takes
/// commands: it answers with an error while it loads its data, or when it wants a password.
struct ConnectionHandshake: Sendable {
    enum Step: Sendable, Equatable {
        case authenticate
        case select(database: Int)
        case setName
        case identify
        case ping
        case beMaster
    }

    enum Action {
        case none
        case finished
        case failed(RedisError)
    }

    private(set) var remaining: ArraySlice<Step>
    /// What the server calls this connection; nil when it may not say.
    private(set) var clientID: Int64?
    private let address: RedisAddress
    private let password: RedisSecret?

    init(_ configuration: RedisConfiguration) {
        var steps: [Step] = []
        if configuration.password != nil {
            steps.append(.authenticate)
        }
        if configuration.database != 0 {
            steps.append(.select(database: configuration.database))
        }
        if configuration.clientName != nil {
            steps.append(.setName)
        }
        steps += [.identify, .ping]
        if configuration.requiresMaster {
            steps.append(.beMaster)
        }
        remaining = steps[...]
        address = configuration.address
        password = configuration.password
    }

    func commands(_ configuration: RedisConfiguration) -> [RedisCommand] {
        remaining.map { step in
            switch step {
            case .authenticate:
                var command = RedisCommand("AUTH", arguments: [configuration.username].compactMap(\.self))
                command.append(configuration.password?.value ?? "")
                return command
            case .select(let database):
                return RedisCommand("SELECT", String(database))
            case .setName:
                return RedisCommand("CLIENT", "SETNAME", configuration.clientName ?? "")
            case .identify:
                return RedisCommand("CLIENT", "ID")
            case .ping:
                return RedisCommand("PING")
            case .beMaster:
                return RedisCommand("ROLE")
            }
        }
    }

    mutating func receive(_ reply: RESPValue) -> Action {
        guard let step = remaining.popFirst() else {
            return .failed(.unsolicitedReply(address))
        }
        if case .error(let error) = reply, let failure = failure(at: step, error) {
            return .failed(failure)
        }
        if step == .identify {
            clientID = reply.int
        }
        // Before a promotion the sentinels name it already, and after a failover the old master is back as a replica.
        if step == .beMaster, let role = reply.array?.first?.string, role != "master" {
            return .failed(.connectionFailed(address, because: "it is a \(role) at the moment, not the master"))
        }
        return remaining.isEmpty ? .finished : .none
    }

    /// - Returns: nil when the connection can be used all the same.
    private func failure(at step: Step, _ error: RedisServerError) -> RedisError? {
        switch error.prefix {
        case "LOADING", "MASTERDOWN", "BUSY":
            return failed(.connectionFailed, "is not ready", error)
        case "NOAUTH":
            return failed(.authentication, "asks for a password, and the configuration has none", error)
        case "DENIED":
            return failed(.authentication, "refuses this host", error)
        case _ where error.message.contains("max number of clients"):
            return failed(.connectionFailed, "has no place for a connection", error)
        default:
            break
        }
        switch step {
        case .authenticate: return failed(.authentication, "refuses the user or the password", error)
        case .select(let database): return failed(.server, "has no database \(database)", error)
        // A user may be forbidden to ask about connections, or to ping. A replica then shows when it refuses to write.
        case .setName, .identify, .ping, .beMaster: return nil
        }
    }

    private func failed(_ code: RedisError.Code, _ what: String, _ error: RedisServerError) -> RedisError {
        // A server that does not know AUTH repeats its arguments.
        let isSafe = password.map { !error.message.contains($0.value) } ?? true
        let answer = isSafe ? error.message : error.prefix
        return RedisError(
            code,
            "Redis at \(address) \(what): \(answer)",
            underlying: RedisServerError(message: answer)
        )
    }
}
