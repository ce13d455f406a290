internal import NIOCore

/// The protocol of one connection, apart from its I/O: events in, actions out.
///
/// Replies carry no id; they come in the order of the commands. So once one command is given up, by cancellation or
/// timeout, the connection closes with everything on it, and no reply can reach the wrong caller.
struct ConnectionState<Caller> {
    struct Failed {
        let caller: Caller
        let error: RedisError
    }

    enum SendAction {
        /// `deadline`: when to call ``deadlinePassed(now:)``, unless it will be called before that anyway.
        case write(deadline: NIODeadline?)
        /// The connection ends; the caller may be given to another one.
        case refuse
    }

    enum ReceiveAction {
        case none
        case becomeReady
        case complete(Caller, RedisReply)
        case close(RedisError, [Failed])
    }

    enum DeadlineAction {
        case none
        case wait(until: NIODeadline)
        case close(RedisError, [Failed])
    }

    enum CloseAction {
        case none
        case close(RedisError, [Failed])
    }

    private enum Phase {
        case handshaking(ConnectionHandshake, deadline: NIODeadline)
        case ready
        case closed
    }

    private struct InFlight {
        let id: UInt64
        let caller: Caller
        /// nil: a single command.
        let pipelineCount: Int?
        var replies: [RESPValue] = []
        let deadline: NIODeadline
    }

    private let address: RedisAddress
    private var phase: Phase
    private var inFlight = CircularBuffer<InFlight>()
    /// What the server calls this connection; nil when it may not say.
    private(set) var clientID: Int64?
    /// When ``deadlinePassed(now:)`` will be called.
    private var nextCheck: NIODeadline?

    /// - Parameter deadline: for the handshake; ``deadlinePassed(now:)`` is to be called then.
    init(address: RedisAddress, handshake: ConnectionHandshake, deadline: NIODeadline) {
        self.address = address
        phase = .handshaking(handshake, deadline: deadline)
        nextCheck = deadline
    }

    /// Whether a command was sent and is not answered.
    func isWaiting(id: UInt64) -> Bool {
        inFlight.contains { $0.id == id }
    }

    // MARK: - Events

    mutating func send(_ caller: Caller, id: UInt64, pipelineCount: Int?, deadline: NIODeadline) -> SendAction {
        guard case .ready = phase else { return .refuse }
        inFlight.append(InFlight(id: id, caller: caller, pipelineCount: pipelineCount, deadline: deadline))
        if let nextCheck, nextCheck <= deadline {
            return .write(deadline: nil)
        }
        nextCheck = deadline
        return .write(deadline: deadline)
    }

    mutating func receive(_ reply: RESPValue) -> ReceiveAction {
        switch phase {
        case .handshaking(var handshake, let deadline):
            switch handshake.receive(reply) {
            case .none:
                phase = .handshaking(handshake, deadline: deadline)
                return .none
            case .finished:
                phase = .ready
                clientID = handshake.clientID
                return .becomeReady
            case .failed(let error):
                return .close(error, end(error))
            }
        case .ready:
            return receiveWhenReady(reply)
        case .closed:
            return .none
        }
    }

    mutating func deadlinePassed(now: NIODeadline) -> DeadlineAction {
        nextCheck = nil
        switch phase {
        case .handshaking(_, let deadline):
            guard deadline <= now else { return wait(until: deadline) }
            let error = RedisError.connectionFailed(address, because: "it did not answer in time")
            return .close(error, end(error))
        case .ready:
            guard let first = inFlight.first else { return .none }
            guard first.deadline <= now else { return wait(until: first.deadline) }
            let error = RedisError.connectionClosed(address, because: "another command was not answered in time")
            return .close(error, end(error) { [address] in $0.deadline <= now ? .timeout(address) : nil })
        case .closed:
            return .none
        }
    }

    mutating func cancel(id: UInt64) -> CloseAction {
        guard isWaiting(id: id) else { return .none }
        let error = RedisError.connectionClosed(address, because: "another command was cancelled")
        return .close(error, end(error) { $0.id == id ? .cancelled() : nil })
    }

    /// The connection is gone.
    mutating func lost(because reason: String, underlying: (any Error)? = nil) -> CloseAction {
        switch phase {
        case .handshaking: close(.connectionFailed(address, because: reason, underlying: underlying))
        case .ready: close(.connectionClosed(address, because: reason, underlying: underlying))
        case .closed: .none
        }
    }

    /// The connection has to go: `error` is for all that wait on it.
    mutating func close(_ error: RedisError) -> CloseAction {
        if case .closed = phase { return .none }
        return .close(error, end(error))
    }

    // MARK: - Inside

    private mutating func receiveWhenReady(_ reply: RESPValue) -> ReceiveAction {
        guard let index = inFlight.indices.first else {
            let error = RedisError.unsolicitedReply(address)
            return .close(error, end(error))
        }
        if case .error(let refusal) = reply, refusal.isOfReplica {
            let error = RedisError.connectionClosed(address, because: "it is a replica now")
            // Alone, it is known not to have run.
            let first = inFlight[index].pipelineCount == nil ? inFlight[index].id : nil
            return .close(error, end(error) { [address] in $0.id == first ? .unavailable(address, refusal) : nil })
        }
        guard let count = inFlight[index].pipelineCount else {
            return .complete(inFlight.removeFirst().caller, .one(reply))
        }
        inFlight[index].replies.append(reply)
        guard inFlight[index].replies.count == count else { return .none }
        let answered = inFlight.removeFirst()
        return .complete(answered.caller, .many(answered.replies))
    }

    private mutating func wait(until deadline: NIODeadline) -> DeadlineAction {
        nextCheck = deadline
        return .wait(until: deadline)
    }

    private mutating func end(_ error: RedisError, except: (InFlight) -> RedisError? = { _ in nil }) -> [Failed] {
        phase = .closed
        defer { inFlight.removeAll() }
        return inFlight.map { Failed(caller: $0.caller, error: except($0) ?? error) }
    }
}
