import Redis
import TestSupport
import Testing

@Suite("Authentication")
struct AuthenticationTests {
    /// A client of a server whose default user has the password `hunter2`, and which has a user `worker`.
    private static func withClient<Result>(
        username: String?,
        password: String?,
        _ body: (RedisClient) async throws -> Result
    ) async throws -> Result {
        try await withRedis { redis in
            _ = try await redis.client.call(
                "ACL",
                "SETUSER",
                "worker",
                "on",
                ">wo/rk:er+p@ss",
                "~allowed:*",
                "&*",
                "+@all",
                "-client"
            )
            _ = try await redis.client.call("CONFIG", "SET", "requirepass", "hunter2")
            var configuration = redis.configuration
            configuration.username = username
            configuration.password = password.map { RedisSecret($0) }
            configuration.clientName = "test"
            return try await withRedisClient(configuration, body)
        }
    }

    @Test("a password alone is that of the default user")
    func defaultUser() async throws {
        try await Self.withClient(username: nil, password: "hunter2") { client in
            let user = try await client.call("ACL", "WHOAMI")
            #expect(user.string == "default")
        }
    }

    @Test("an ACL user has that user's rights; one who may not name connections is connected all the same")
    func namedUser() async throws {
        try await Self.withClient(username: "worker", password: "wo/rk:er+p@ss") { client in
            let user = try await client.call("ACL", "WHOAMI")
            #expect(user.string == "worker")
            let error = await #expect(throws: RedisError.self) { try await client.call("GET", "forbidden") }
            #expect(error?.serverError?.prefix == "NOPERM")
        }
    }

    @Test(
        "a wrong user or password, or none, is an error at once that shows neither",
        arguments: [
            (nil, "wrong-secret"), ("worker", "wrong-secret"), ("nobody", "wrong-secret"), (nil, nil),
        ] as [(String?, String?)]
    )
    func refused(username: String?, password: String?) async throws {
        try await Self.withClient(username: username, password: password) { client in
            let error = await #expect(throws: RedisError.self) { try await client.call("PING") }
            #expect(error?.code == .authentication)
            #expect(!String(reflecting: error).contains("secret"))
            let blocking = await #expect(throws: RedisError.self) {
                try await client.blocking(RedisCommand("BLPOP", "list", "1"), timeout: .seconds(1))
            }
            #expect(blocking?.code == .authentication)
        }
    }
}
