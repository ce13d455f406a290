internal import Foundation
internal import Glibc
package import Redis
internal import Synchronization

/// A ``TestServer`` of several that know each other, as a process on a port of its own.
package final class ServerProcess: Sendable {
    package let port: Int
    /// For data, configuration and log.
    package let directory: String
    private let arguments: [String]
    private let password: String?
    private let process = Mutex<pid_t?>(nil)

    package var address: RedisAddress { .tcp(host: "127.0.0.1", port: port) }

    /// - Parameters:
    ///   - directory: gets a folder for it.
    ///   - arguments: beyond port and directory; a configuration file first, if there is one.
    ///   - password: what clients of it say.
    package init(port: Int, in directory: String, arguments: [String], password: String? = nil) throws {
        self.port = port
        self.directory = "\(directory)/\(port)"
        self.arguments = arguments
        self.password = password
        try FileManager.default.createDirectory(atPath: self.directory, withIntermediateDirectories: true)
    }

    /// Starts it, or starts it again on the data that it has.
    package func start() throws {
        let words =
            [TestServer.executable] + arguments + [
                "--port", "\(port)", "--bind", "127.0.0.1", "--dir", directory, "--logfile", "\(directory)/log",
                "--daemonize", "no",
            ]
        var pointers = words.map { strdup($0) } + [nil]
        defer { pointers.forEach { free($0) } }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // A pipe of another child that is being started would never end with this one holding it.
        for descriptor in 3..<Int32(1_024) { posix_spawn_file_actions_addclose(&actions, descriptor) }
        var started = pid_t()
        let failure = posix_spawnp(&started, words[0], &actions, nil, &pointers, environ)
        guard failure == 0 else { throw RedisError(.privateServer, "\(words[0]) cannot be started: errno \(failure)") }
        process.withLock { $0 = started }
    }

    /// As when its machine loses power.
    package func kill() {
        guard let process = process.withLock({ $0.take() }) else { return }
        _ = Glibc.kill(process, SIGKILL)
        waitpid(process, nil, 0)
    }

    /// Stops in place: its connections stay open and nothing is answered.
    package func freeze() {
        if let process = process.withLock({ $0 }) { freezeChild(process) }
    }

    package func thaw() {
        if let process = process.withLock({ $0 }) { _ = Glibc.kill(process, SIGCONT) }
    }

    /// Runs commands on this server alone.
    package func withClient<Result>(_ body: (RedisClient) async throws -> Result) async throws -> Result {
        var configuration = RedisConfiguration(address: address)
        configuration.password = password.map { RedisSecret($0) }
        return try await withRedisClient(configuration, body)
    }

    /// Those that this process has been given: none is given twice.
    private static let givenPorts = Mutex<Set<Int>>([])

    /// A port that nothing listens on, below those that the system gives to clients: one of those may be taken before a server
    /// has bound it.
    package static func freePort() throws -> Int {
        for _ in 0..<1_000 {
            let port = Int.random(in: 20_000..<32_000)
            guard givenPorts.withLock({ $0.insert(port).inserted }) else { continue }
            let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            guard socket >= 0 else { continue }
            defer { close(socket) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = in_port_t(port).bigEndian
            address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
            let bound = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            if bound == 0 { return port }
        }
        throw RedisError(.privateServer, "no port is free")
    }
}

/// Runs `body`, and ends the servers after it.
package func withServers<Result>(_ servers: [ServerProcess], _ body: () async throws -> Result) async throws -> Result {
    defer {
        for server in servers { server.kill() }
    }
    for server in servers { try server.start() }
    return try await body()
}
