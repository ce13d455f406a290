import Testing

@testable import Redis

@Suite("ConnectionHandshake")
struct ConnectionHandshakeTests {
    private static func full() -> RedisConfiguration {
        var configuration = RedisConfiguration(address: .tcp(host: "h", port: 1))
        configuration.username = "me"
        configuration.password = RedisSecret("hunter2")
        configuration.database = 3
        configuration.clientName = "worker"
        return configuration
    }

    @Test("says who it is, which database it wants, its name, and pings")
    func commands() {
        let configuration = Self.full()
        let commands = ConnectionHandshake(configuration).commands(configuration)
        let expected = [
            RedisCommand("AUTH", "me", "hunter2"), RedisCommand("SELECT", "3"),
            RedisCommand("CLIENT", "SETNAME", "worker"), RedisCommand("CLIENT", "ID"), RedisCommand("PING"),
        ]
        #expect(WireBuffers(commands).bytes == WireBuffers(expected).bytes)
    }

    @Test("only asks what it is called, and pings, when there is nothing to say")
    func shortest() {
        let handshake = ConnectionHandshake(RedisConfiguration(address: .tcp(host: "h", port: 1)))
        #expect(handshake.remaining == [.identify, .ping])
    }

    @Test(
        "errors by what mends them",
        arguments: [
            (0, "WRONGPASS invalid username-password pair or user is disabled.", RedisError.Code.authentication),
            (0, "ERR AUTH <password> called without any password configured", .authentication),
            (0, "ERR max number of clients reached", .connectionFailed),
            (0, "DENIED Redis is running in protected mode", .authentication),
            (1, "ERR DB index is out of range", .server),
            (4, "NOAUTH Authentication required.", .authentication),
            (4, "LOADING Redis is loading the dataset in memory", .connectionFailed),
            (4, "MASTERDOWN Link with MASTER is down", .connectionFailed),
        ]
    )
    func errors(step: Int, message: String, code: RedisError.Code) {
        var handshake = ConnectionHandshake(Self.full())
        for _ in 0..<step {
            _ = handshake.receive(.simpleString("OK"))
        }
        guard case .failed(let error) = handshake.receive(.error(RedisServerError(message: message))) else {
            Issue.record("not failed")
            return
        }
        #expect(error.code == code)
        #expect(error.message.contains(message))
    }

    @Test("a user who may not name connections, or ping, is connected all the same")
    func forbidden() {
        var handshake = ConnectionHandshake(Self.full())
        let forbidden = RESPValue.error(RedisServerError(message: "NOPERM this user has no permissions"))
        _ = handshake.receive(.simpleString("OK"))
        _ = handshake.receive(.simpleString("OK"))
        guard case .none = handshake.receive(forbidden), case .none = handshake.receive(forbidden),
            case .finished = handshake.receive(forbidden)
        else {
            Issue.record("refused")
            return
        }
    }

    @Test("a server that repeats the password in its error is not quoted")
    func secrets() {
        var handshake = ConnectionHandshake(Self.full())
        let echo = RedisServerError(message: "ERR unknown command `AUTH`, with args beginning with: `me`, `hunter2`")
        guard case .failed(let error) = handshake.receive(.error(echo)) else {
            Issue.record("not failed")
            return
        }
        #expect(!String(reflecting: error).contains("hunter2"))
    }

    @Test("Q12: a server that should be the master is asked whether it is, and left if it is not")
    func replica() {
        let configuration = RedisConfiguration(address: .tcp(host: "h", port: 1))
            .server(at: .tcp(host: "m", port: 2), requiresMaster: true)
        for (role, isMaster) in [("master", true), ("slave", false), ("sentinel", false)] {
            var handshake = ConnectionHandshake(configuration)
            _ = handshake.receive(.integer(7))
            _ = handshake.receive(.simpleString("PONG"))
            switch handshake.receive(.array([.bulkString(Array(role.utf8)), .integer(0)])) {
            case .finished: #expect(isMaster)
            case .failed(let error):
                #expect(!isMaster && error.code == .connectionFailed && error.message.contains(role))
            case .none: Issue.record("the handshake does not end")
            }
        }
    }
}
