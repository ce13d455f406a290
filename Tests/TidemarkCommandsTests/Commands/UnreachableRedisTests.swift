import Foundation
import Redis
import Subprocess
import TestSupport
import Testing

/// Every command that needs a Redis, where nothing listens.
@Suite struct UnreachableRedisTests {
    private func withConfiguration(_ body: (String) async throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            let source = try ProgramSource(in: directory, chains: 1, pageSize: 3)
            try source.list(["a"])
            try """
            redis: { url: "redis://user:pass-w0rd@127.0.0.1:1" }
            dataDirectory: \(directory)
            http: { port: 0 }
            providers: { inventory: { source: { exec: { command: ["\(source.command.joined(separator: "\", \""))"] } } } }
            """.write(toFile: directory + "/tidemark.yaml", atomically: true, encoding: .utf8)
            try await body(directory)
        }
    }

    @Test(
        "a command ends with 5, the address and what to do",
        arguments: [["run"], ["run", "--cycles", "1"], ["status"], ["show", "inventory"], ["verify"], ["upgrade"]]
    )
    func command(_ arguments: [String]) async throws {
        try await withConfiguration { directory in
            let result = try await tidemark(arguments, in: directory)
            #expect(result.status == .exited(5))
            #expect(result.errors.contains("error: No connection to Redis at 127.0.0.1:1: nothing listens there"))
            #expect(result.errors.contains("where: \(directory)/tidemark.yaml:1:"))
            #expect(result.errors.contains("to do: start Redis, or correct redis.url"))
            #expect(!result.errors.contains("pass-w0rd"))
        }
    }

    @Test("a role says so and goes on trying; SIGTERM ends it in order", arguments: ["worker", "consume", "serve"])
    func role(_ role: String) async throws {
        try await withConfiguration { directory in
            var lines: [Substring] = []
            let status = try await withTidemark([role], name: role, in: directory) { process in
                try await eventually { process.lines.contains { $0.contains("Redis cannot be reached") } }
                #expect(process.lines.contains { $0.contains("127.0.0.1:1: nothing listens there") })
                try process.send(.terminate)
                try await eventually { process.hasEnded }
                lines = process.lines
            }
            #expect(status == .exited(0))
            #expect(lines.contains { $0.contains("stopping") })
            #expect(!lines.contains { $0.contains("CancellationError") || $0.contains("pass-w0rd") }, "\(lines)")
        }
    }

    @Test(
        "a role that Redis refuses ends with 5 and says what to do",
        arguments: ["worker", "consume", "serve", "run"],
        ["", ":pass-w0rd@"]
    )
    func refused(_ role: String, _ credentials: String) async throws {
        try await withConfiguration { directory in
            try await withRedis { redis in
                guard case .unixSocket(let path) = redis.configuration.address else { throw Unexpected() }
                _ = try await redis.client.send(RedisCommand("CONFIG", "SET", "requirepass", "hunter2"))
                let arguments = [role, "--redis-url", "redis+unix://\(credentials)\(path)"]
                var lines: [Substring] = []
                let status = try await withTidemark(arguments, name: role, in: directory) { process in
                    try await eventually { process.hasEnded }
                    lines = process.lines
                }
                #expect(status == .exited(5))
                let problem = credentials.isEmpty ? "asks for a password" : "refuses the user or the password"
                #expect(lines.contains { $0.hasPrefix("error: Redis at \(path) \(problem)") }, "\(lines)")
                #expect(lines.contains("  where: --redis-url"))
                #expect(lines.contains { $0.contains("to do: correct the user and password of redis.url") })
                #expect(!lines.contains { $0.contains("pass-w0rd") })
            }
        }
    }

    @Test("a worker on an empty Redis that is full says so, and starts once there is memory")
    func full() async throws {
        try await withConfiguration { directory in
            try await withRedis { redis in
                guard case .unixSocket(let path) = redis.configuration.address else { throw Unexpected() }
                _ = try await redis.client.send(RedisCommand("CONFIG", "SET", "maxmemory", "1"))
                let arguments = ["worker", "--redis-url", "redis+unix://\(path)"]
                let status = try await withTidemark(arguments, name: "worker", in: directory) { process in
                    try await eventually { process.lines.contains { $0.contains("Redis is full: raise") } }
                    #expect(!process.lines.contains { $0.contains("is laid out with") })
                    _ = try await redis.client.send(RedisCommand("CONFIG", "SET", "maxmemory", "0"))
                    try await eventually { process.lines.contains { $0.contains("provider registered") } }
                    try process.send(.terminate)
                    try await eventually { process.hasEnded }
                }
                #expect(status == .exited(0))
            }
        }
    }

    @Test("SIGTERM before Redis was reached ends a run at once, and is no error")
    func stoppedStart() async throws {
        try await withConfiguration { directory in
            let (status, lines) = try await withRedis { redis in
                try await withFaultyProxy(to: redis.configuration) { proxy in
                    // It takes connections and never answers.
                    proxy.swallowReplies()
                    return try await run(directory, proxy)
                }
            }
            #expect(status == .exited(0))
            #expect(lines.contains { $0.contains("stopping") })
            #expect(!lines.contains { $0.contains("rror") }, "\(lines)")
        }
    }

    /// `tidemark run` through a proxy, ended by SIGTERM when it has connected.
    private func run(_ directory: String, _ proxy: FaultyProxy) async throws -> (TerminationStatus, [Substring]) {
        guard case .unixSocket(let path) = proxy.configuration.address else { throw Unexpected() }
        var lines: [Substring] = []
        let arguments = ["run", "--redis-url", "redis+unix://\(path)"]
        let status = try await withTidemark(arguments, name: "run", in: directory) { process in
            try await eventually { proxy.connectionCount > 0 }
            try process.send(.terminate)
            try await eventually { process.hasEnded }
            lines = process.lines
        }
        return (status, lines)
    }
}
