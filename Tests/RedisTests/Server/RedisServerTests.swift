import Redis
import Subprocess
import SystemPackage
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

@Suite("RedisServer")
struct RedisServerTests {
    private static func run<Result: Sendable>(
        _ directory: String,
        options: RedisServerOptions = .with { _ in },
        _ body: @escaping @Sendable (RedisClient) async throws -> Result
    ) async throws -> Result {
        try await RedisServer.with(directory: directory, options: options, logger: .quiet) { configuration in
            try await withRedisClient(configuration) { try await body($0) }
        }
    }

    @Test("keeps its data over restarts, evicts nothing, and listens on no port")
    func durable() async throws {
        try await withTemporaryDirectory { directory in
            let home = directory + "/some/where"
            try await Self.run(home) { client in
                let settings = try await client.call(
                    "CONFIG",
                    "GET",
                    "appendonly",
                    "appendfsync",
                    "maxmemory-policy",
                    "port",
                    "save"
                )
                let values = Set((settings.array ?? []).compactMap(\.string))
                #expect(values.isSuperset(of: ["yes", "everysec", "noeviction", "0", ""]))
                _ = try await client.call("SET", "k", "v")
            }
            let stored = try await Self.run(home) { try await $0.call("GET", "k") }
            #expect(stored.string == "v")
        }
    }

    @Test("without durability, nothing is kept")
    func temporary() async throws {
        try await withTemporaryDirectory { directory in
            let options = RedisServerOptions.with { $0.isDurable = false }
            _ = try await Self.run(directory, options: options) { try await $0.call("SET", "k", "v") }
            let stored = try await Self.run(directory, options: options) { try await $0.call("GET", "k") }
            #expect(stored == .null)
        }
    }

    @Test("a directory has one server: a second one is refused, and says who has it")
    func busy() async throws {
        try await withTemporaryDirectory { directory in
            try await Self.run(directory) { _ in
                let error = await #expect(throws: RedisError.self) { try await Self.run(directory) { _ in } }
                #expect(error?.code == .privateServer)
                #expect(error?.message.contains("in use by another process (") == true)
            }
            try await Self.run(directory) { _ = try await $0.call("PING") }
        }
    }

    @Test("a program that is not there is named, with the package that has it")
    func missing() async throws {
        try await withTemporaryDirectory { directory in
            for executable in ["no-such-redis-server", directory + "/redis-server"] {
                let options = RedisServerOptions.with { $0.executable = executable }
                let error = await #expect(throws: RedisError.self) {
                    try await Self.run(directory, options: options) { _ in }
                }
                #expect(error?.code == .privateServer)
                #expect(error?.message.contains("\(executable) for a private Redis was not found. Install it") == true)
            }
        }
    }

    @Test("a server that ends at its start is an error with what it said")
    func endsAtStart() async throws {
        try await withTemporaryDirectory { directory in
            let options = RedisServerOptions.with { $0.arguments = ["--no-such-setting", "1"] }
            let error = await #expect(throws: RedisError.self) {
                try await Self.run(directory, options: options) { _ in Issue.record("started") }
            }
            #expect(error?.code == .privateServer)
            #expect(error?.message.contains("exited with code 1") == true)
            #expect(error?.message.contains("no-such-setting") == true)
        }
    }

    @Test("a server that dies later ends what it was for, with an error that says so")
    func diesLater() async throws {
        try await withTemporaryDirectory { directory in
            let error = await #expect(throws: RedisError.self) {
                try await Self.run(directory) { client in
                    kill(try await client.processID(), SIGKILL)
                    try await ContinuousClock().sleep(for: .seconds(3_600))
                }
            }
            #expect(error?.code == .privateServer)
            #expect(error?.message.contains("ended by signal 9") == true)
            #expect(error?.message.contains("\n") == false)
        }
    }

    @Test("that a body ends in order when its server dies does not hide the death")
    func bodyEndsWithItsServer() async throws {
        try await withTemporaryDirectory { directory in
            let error = await #expect(throws: RedisError.self) {
                try await Self.run(directory) { client in
                    kill(try await client.processID(), SIGKILL)
                    try? await ContinuousClock().sleep(for: .seconds(3_600))
                }
            }
            #expect(error?.message.contains("ended by signal 9") == true)
        }
    }

    @Test("a server that somebody shuts down ends what it was for, too")
    func shutDownByHand() async throws {
        try await withTemporaryDirectory { directory in
            let error = await #expect(throws: RedisError.self) {
                try await Self.run(directory) { client in
                    kill(try await client.processID(), SIGTERM)
                    try await ContinuousClock().sleep(for: .seconds(3_600))
                }
            }
            #expect(error?.message.contains("exited with code 0") == true)
        }
    }

    @Test("a server that an earlier process left behind is stopped first: its data are there")
    func leftover() async throws {
        try await withTemporaryDirectory { directory in
            // As RedisServer starts it, but nobody's child.
            let socket = directory + "/redis.sock"
            _ = try await Subprocess.run(
                TestServer.executable.contains("/")
                    ? .path(FilePath(TestServer.executable)) : .name(TestServer.executable),
                arguments: [
                    "--port", "0", "--unixsocket", socket, "--dir", directory, "--pidfile", directory + "/redis.pid",
                    "--daemonize", "yes", "--appendonly", "yes", "--save", "",
                ],
                output: .discarded
            )
            let configuration = RedisConfiguration(address: .unixSocket(path: socket))
            let first = try await withRedisClient(configuration) { client in
                _ = try await client.call("SET", "k", "v")
                return try await client.processID()
            }
            let (second, stored) = try await Self.run(directory) { client in
                (try await client.processID(), try await client.call("GET", "k").string)
            }
            #expect(first != second)
            #expect(stored == "v")
        }
    }

    @Test("cancelling ends the body first, then the server")
    func cancellation() async throws {
        try await withTemporaryDirectory { directory in
            let (started, starter) = AsyncStream.makeStream(of: Void.self)
            let (words, speaker) = AsyncStream.makeStream(of: String.self)
            let running = Task {
                try await RedisServer.with(directory: directory, options: .with { _ in }, logger: .quiet) {
                    configuration in
                    starter.finish()
                    try? await ContinuousClock().sleep(for: .seconds(3_600))
                    // Shielded, like the last write of a worker.
                    let last = await Task {
                        try? await withRedisClient(configuration) { try await $0.call("SET", "last", "write") }
                    }.value
                    speaker.yield(last?.string ?? "lost")
                }
            }
            for await _ in started {}
            running.cancel()
            _ = await running.result
            speaker.finish()
            #expect(await words.reduce(into: []) { $0.append($1) } == ["OK"])
        }
    }

    @Test("a ctrl-C in the terminal does not reach it: it has a process group of its own")
    func processGroup() async throws {
        try await withTemporaryDirectory { directory in
            let process = try await Self.run(directory) { client in
                let process = try await client.processID()
                #expect(getpgid(process) == process)
                return process
            }
            #expect(process != getpgid(0))
        }
    }

    @Test(
        "a directory too deep for a unix socket is refused with its length, at once; any other works",
        arguments: 100...110
    )
    func socketPath(_ length: Int) async throws {
        try await withTemporaryDirectory { directory in
            let rest = length - directory.utf8.count - "//redis.sock".utf8.count
            let home = directory + "/" + String(repeating: "d", count: rest)
            if length <= RedisAddress.longestSocketPath {
                let reply = try await Self.run(home) { try await $0.call("PING") }
                #expect(reply.string == "PONG")
            } else {
                let error = await #expect(throws: RedisError.self) { try await Self.run(home) { _ in } }
                #expect(error?.code == .privateServer)
                #expect(error?.message.contains("would take \(length) bytes, and a unix socket can have 103") == true)
            }
        }
    }

    @Test("a directory that cannot be made is named")
    func unusable() async throws {
        let error = await #expect(throws: RedisError.self) { try await Self.run("/proc/tidemark") { _ in } }
        #expect(error?.code == .privateServer)
        #expect(error?.message.contains("/proc") == true)
    }
}

extension RedisServerOptions {
    fileprivate static func with(_ change: (inout RedisServerOptions) -> Void) -> RedisServerOptions {
        var options = RedisServerOptions()
        options.executable = TestServer.executable
        change(&options)
        return options
    }
}

extension RedisClient {
    fileprivate func processID() async throws -> pid_t {
        let info = try await call("INFO", "server").string ?? ""
        let line = info.split(whereSeparator: \.isNewline).first { $0.hasPrefix("process_id:") }
        return try #require(line.flatMap { pid_t($0.dropFirst("process_id:".count)) })
    }
}
