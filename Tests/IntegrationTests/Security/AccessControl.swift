import Foundation
import Ingestion
import Redis
import TestSupport

/// A Redis that runs with `deploy/redis/tidemark.acl`, and configuration files for its three users.
struct AccessControl {
    /// A user of the file, by the part of its name behind `tidemark-`.
    enum Role: String, CaseIterable, Sendable {
        case worker, consumer, operator_ = "operator"

        var password: String { "pass-of-the-\(rawValue)" }
    }

    let directory: String
    let source: ProgramSource
    /// A user of the test alone, which may do everything.
    let admin: RedisClient
    private let socket: String

    /// The file in `deploy/redis`.
    static let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
        path: "../../../deploy/redis/tidemark.acl"
    ).standardized

    /// Starts the server, and loads the file as it is, but for the passwords and one more user to look at the log with.
    static func with(_ body: (AccessControl) async throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            let rules = directory + "/users.acl"
            // A server is known to be ready when it can be reached without a password.
            try Data("user default on nopass ~* &* +@all\n".utf8).write(to: URL(filePath: rules))
            try await withRedisServer(directory: directory + "/redis", arguments: ["--aclfile", rules]) {
                configuration in
                // The tests beside it may take the machine for longer than a command of a worker may take.
                var configuration = configuration
                (configuration.connectTimeout, configuration.commandTimeout) = (.seconds(60), .seconds(60))
                guard case .unixSocket(let socket) = configuration.address else { throw Unexpected() }
                try await withRedisClient(configuration) { client in
                    try Data((try filled() + "user test on >test ~* &* +@all\n").utf8).write(to: URL(filePath: rules))
                    _ = try await client.call("ACL", "LOAD")
                }
                var admin = configuration
                (admin.username, admin.password) = ("test", RedisSecret("test"))
                try await withRedisClient(admin) { admin in
                    let source = try ProgramSource(in: directory, chains: 2, pageSize: 5)
                    let access = AccessControl(directory: directory, source: source, admin: admin, socket: socket)
                    for role in Role.allCases { try access.write(role) }
                    try await body(access)
                }
            }
        }
    }

    /// Runs `body` with a client of a user.
    func withClient<Result>(of role: Role, _ body: (RedisClient) async throws -> Result) async throws -> Result {
        var configuration = RedisConfiguration(address: .unixSocket(path: socket))
        (configuration.connectTimeout, configuration.commandTimeout) = (.seconds(60), .seconds(60))
        (configuration.username, configuration.password) = ("tidemark-\(role.rawValue)", RedisSecret(role.password))
        return try await withRedisClient(configuration, body)
    }

    /// What the ACL refused so far, in words, oldest first.
    func refusals() async throws -> [String] {
        let entries = try await admin.call("ACL", "LOG").array ?? []
        return entries.reversed().map { entry in
            let fields = entry.array ?? []
            let text = fields.map { $0.string ?? $0.int.map { "\($0)" } ?? "" }
            return stride(from: 0, to: text.count - 1, by: 2)
                .filter { ["reason", "context", "object", "username"].contains(text[$0]) }
                .map { "\(text[$0])=\(text[$0 + 1])" }
                .joined(separator: " ")
        }
    }

    /// The configuration file of a user.
    func configurationFile(of role: Role) -> String { "\(directory)/\(role.rawValue).yaml" }

    private static func filled() throws -> String {
        var text = try String(contentsOf: file, encoding: .utf8)
        text.replace(/#([a-z]+)-password-sha256/) { ">pass-of-the-\($0.1)" }
        return text
    }

    private func write(_ role: Role) throws {
        let yaml = """
            redis: { url: "redis+unix://\(socket)", username: tidemark-\(role.rawValue), password: \(role.password) }
            dataDirectory: \(directory)
            worker: { lease: 2s }
            consumer: { sqlite: \(directory)/catalog.sqlite }
            providers:
              \(Deployment.provider):
                burstLength: 1ms
                burstInterval: 0s
                restLength: 1d
                maxAttempts: 1
                pageTimeout: 5s
                source: { exec: { command: ["\(source.command.joined(separator: "\", \""))"] } }
            """
        try Data(yaml.utf8).write(to: URL(filePath: configurationFile(of: role)))
    }
}
