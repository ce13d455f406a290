import NIOCore
import Testing

@testable import Redis

/// Callers are numbers here: the protocol needs no socket.
@Suite("ConnectionState")
struct ConnectionStateTests {
    private static let address = RedisAddress.tcp(host: "h", port: 6379)

    private static func connecting(_ change: (inout RedisConfiguration) -> Void = { _ in }) -> ConnectionState<Int> {
        var configuration = RedisConfiguration(address: address)
        change(&configuration)
        return ConnectionState(
            address: address,
            handshake: ConnectionHandshake(configuration),
            deadline: .uptimeNanoseconds(100)
        )
    }

    private static func ready() -> ConnectionState<Int> {
        var state = connecting()
        _ = state.receive(.integer(7))
        _ = state.receive(.simpleString("PONG"))
        return state
    }

    private static func codes(_ failed: [ConnectionState<Int>.Failed]) -> [Int: RedisError.Code] {
        Dictionary(uniqueKeysWithValues: failed.map { ($0.caller, $0.error.code) })
    }

    // MARK: - Handshake

    @Test("takes commands only after the handshake")
    func handshake() {
        var state = Self.connecting { $0.password = RedisSecret("p") }
        #expect(state.send(1, deadline: 500) == .refused)
        guard case .none = state.receive(.simpleString("OK")), case .none = state.receive(.integer(7)) else {
            Issue.record("ready too early")
            return
        }
        guard case .becomeReady = state.receive(.simpleString("PONG")) else {
            Issue.record("not ready")
            return
        }
        #expect(state.send(1, deadline: 500) == .written(checkAt: nil))
        #expect(state.clientID == 7)
    }

    @Test("a refused handshake closes with its reason")
    func refusedHandshake() {
        var state = Self.connecting { $0.password = RedisSecret("p") }
        guard case .close(let error, let failed) = state.receive(.error(RedisServerError(message: "WRONGPASS no")))
        else {
            Issue.record("not closed")
            return
        }
        #expect(error.code == .authentication)
        #expect(failed.isEmpty)
        #expect(state.send(1, deadline: 500) == .refused)
    }

    @Test("a handshake that takes too long closes")
    func lateHandshake() {
        var state = Self.connecting()
        guard case .wait(.uptimeNanoseconds(100)) = state.deadlinePassed(now: .uptimeNanoseconds(99)) else {
            Issue.record("does not wait on")
            return
        }
        guard case .close(let error, _) = state.deadlinePassed(now: .uptimeNanoseconds(100)) else {
            Issue.record("not closed")
            return
        }
        #expect(error.code == .connectionFailed)
    }

    @Test("a connection lost in the handshake was never made")
    func lostHandshake() {
        var state = Self.connecting()
        guard case .close(let error, _) = state.lost(because: "test") else {
            Issue.record("not closed")
            return
        }
        #expect(error.code == .connectionFailed)
    }

    // MARK: - Replies

    @Test("replies go to callers in the order of their commands")
    func order() {
        var state = Self.ready()
        for caller in 1...3 {
            _ = state.send(caller, deadline: 500)
        }
        for caller in 1...3 {
            guard case .complete(caller, .one(.integer(Int64(caller)))) = state.receive(.integer(Int64(caller))) else {
                Issue.record("caller \(caller) did not get its reply")
                return
            }
        }
    }

    @Test("a pipeline is answered when its last reply is there, errors in place")
    func pipelines() {
        var state = Self.ready()
        _ = state.send(1, pipelineCount: 3, deadline: 500)
        _ = state.send(2, deadline: 500)
        let error = RESPValue.error(RedisServerError(message: "ERR x"))
        guard case .none = state.receive(.integer(1)), case .none = state.receive(error) else {
            Issue.record("answered early")
            return
        }
        guard case .complete(1, .many([.integer(1), error, .integer(3)])) = state.receive(.integer(3)) else {
            Issue.record("not answered")
            return
        }
        guard case .complete(2, .one(.integer(4))) = state.receive(.integer(4)) else {
            Issue.record("the next command did not get its reply")
            return
        }
    }

    @Test("Q12: a server that has become a replica is left: what it refused did not run, of the rest nobody knows")
    func replica() {
        var state = Self.ready()
        #expect(state.send(1, deadline: 500) != .refused)
        #expect(state.send(2, deadline: 500) != .refused)
        let refusal = RESPValue.error(
            RedisServerError(message: "READONLY You can't write against a read only replica.")
        )
        guard case .close(_, let failed) = state.receive(refusal) else {
            Issue.record("not closed")
            return
        }
        #expect(failed.map(\.caller) == [1, 2])
        #expect(failed.map(\.error.code) == [.unavailable, .connectionClosed])
        #expect(state.send(3, deadline: 500) == .refused)
    }

    @Test("a reply that nobody asked for closes")
    func unsolicited() {
        var state = Self.ready()
        guard case .close(let error, _) = state.receive(.integer(1)) else {
            Issue.record("not closed")
            return
        }
        #expect(error.code == .protocolViolation)
    }

    // MARK: - Giving up

    @Test("a timeout closes: what is late has timed out, the rest is closed, later replies reach nobody")
    func timeouts() {
        var state = Self.ready()
        _ = state.send(1, deadline: 200)
        _ = state.send(2, deadline: 300)
        _ = state.send(3, deadline: 400)
        guard case .close(_, let failed) = state.deadlinePassed(now: .uptimeNanoseconds(300)) else {
            Issue.record("not closed")
            return
        }
        #expect(Self.codes(failed) == [1: .timeout, 2: .timeout, 3: .connectionClosed])
        guard case .none = state.receive(.integer(1)) else {
            Issue.record("a late reply was handed out")
            return
        }
        #expect(state.send(4, deadline: 500) == .refused)
    }

    @Test("one check is arranged for all commands: at the earliest deadline")
    func checks() {
        var state = Self.ready()
        _ = state.deadlinePassed(now: .uptimeNanoseconds(100))
        #expect(state.send(1, deadline: 300) == .written(checkAt: .uptimeNanoseconds(300)))
        #expect(state.send(2, deadline: 400) == .written(checkAt: nil))
        #expect(state.send(3, deadline: 250) == .written(checkAt: .uptimeNanoseconds(250)))
        guard case .wait(.uptimeNanoseconds(300)) = state.deadlinePassed(now: .uptimeNanoseconds(250)) else {
            Issue.record("the first in line is not checked again")
            return
        }
        _ = state.receive(.null)
        _ = state.receive(.null)
        _ = state.receive(.null)
        guard case .none = state.deadlinePassed(now: .uptimeNanoseconds(300)) else {
            Issue.record("nothing is left to check")
            return
        }
    }

    @Test("cancelling closes: the others on the connection learn that they do not know")
    func cancelling() {
        var state = Self.ready()
        for caller in 1...3 {
            _ = state.send(caller, deadline: 500)
        }
        guard case .close(_, let failed) = state.cancel(id: 2) else {
            Issue.record("not closed")
            return
        }
        #expect(Self.codes(failed) == [1: .connectionClosed, 2: .cancelled, 3: .connectionClosed])
    }

    @Test("cancelling what was answered, or never sent, does nothing")
    func cancellingLate() {
        var state = Self.ready()
        _ = state.send(1, deadline: 500)
        _ = state.receive(.integer(1))
        guard case .none = state.cancel(id: 1), case .none = state.cancel(id: 9) else {
            Issue.record("closed for nothing")
            return
        }
    }

    @Test("a lost connection fails all that wait, once")
    func lost() {
        var state = Self.ready()
        _ = state.send(1, deadline: 500)
        guard case .close(_, let failed) = state.lost(because: "test") else {
            Issue.record("not closed")
            return
        }
        #expect(Self.codes(failed) == [1: .connectionClosed])
        guard case .none = state.lost(because: "again"), case .none = state.close(.shutdown()) else {
            Issue.record("closed twice")
            return
        }
    }
}

private enum Sent: Equatable {
    case written(checkAt: NIODeadline?)
    case refused
}

extension ConnectionState<Int> {
    fileprivate mutating func send(_ caller: Int, pipelineCount: Int? = nil, deadline: UInt64) -> Sent {
        let deadline = NIODeadline.uptimeNanoseconds(deadline)
        return switch send(caller, id: UInt64(caller), pipelineCount: pipelineCount, deadline: deadline) {
        case .write(let checkAt): .written(checkAt: checkAt)
        case .refuse: .refused
        }
    }
}
