import AsyncHTTPClient
import Catalog
import Foundation
import NIOCore
import NIOHTTP1
import Redis
import Subprocess
import TestSupport
import Testing

/// The root of the image, a Redis and a source, for the roles of a manifest.
struct ManifestSite: Sendable {
    let directory: String
    let root: ContainerRoot
    private let roles: [Role]
    private let redis: ServerProcess
    private let passwords: Passwords
    private let source: HTTPTestServer
    /// With the scope `manage`.
    private let token: Token

    /// What `tidemark token create` makes.
    private struct Token {
        let text: String
        let sha256: String

        init(in directory: String) async throws {
            let result = try await tidemark("token", "create", "--scope", "manage", "--json", in: directory)
            let json = try JSON(parsing: result.output)
            text = try #require(json["token"]?.string)
            sha256 = try #require(json["sha256"]?.string)
        }
    }

    static func with(_ roles: [Role], _ body: (ManifestSite) async throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            let passwords = try await Passwords(in: directory + "/passwords")
            let redis = try ServerProcess(
                port: ServerProcess.freePort(),
                in: directory,
                arguments: [DeployFolder.file("redis/redis.conf"), "--aclfile", passwords.file]
            )
            try await withServers([redis]) {
                try await HTTPTestServer.with(repositories) { source in
                    let site = ManifestSite(
                        directory: directory,
                        root: try await ContainerRoot(in: directory),
                        roles: roles,
                        redis: redis,
                        passwords: passwords,
                        source: source,
                        token: try await Token(in: directory)
                    )
                    try await eventually { try await site.withAdmin { try await $0.call("PING").string == "PONG" } }
                    try await body(site)
                }
            }
        }
    }

    /// Runs a role, and expects that it ends well when it is told to.
    func run(_ name: String, _ body: (TidemarkProcess) async throws -> Void) async throws {
        let role = try #require(roles.first { $0.name == name })
        for (path, text) in role.configuration { try root.write(text, to: path) }
        // The next role finds its own there.
        let secrets = "/secrets-of-\(name)"
        let folder = try #require(role.environment["CREDENTIALS_DIRECTORY"])
        for (path, secret) in role.secrets {
            #expect(path.hasPrefix(folder + "/"))
            try root.write(text(of: secret), to: secrets + path.dropFirst(folder.count))
        }
        var environment = role.environment
        environment["CREDENTIALS_DIRECTORY"] = secrets
        environment["TIDEMARK_REDIS_URL"] = "redis://127.0.0.1:\(redis.port)"
        environment["TIDEMARK_SOURCE_URL"] = source.url
        environment["TIDEMARK_MANAGE_TOKEN_SHA256"] = token.sha256
        environment["TIDEMARK_READ_TOKEN_SHA256"] = String(repeating: "0", count: 64)
        // On a machine that others use, too: loopback, and a free port.
        let arguments = role.arguments.map { word in
            word.contains(/^[0-9.]+:[0-9]+$/) ? "127.0.0.1:0" : word
        }
        let status = try await withTidemark(
            ["/usr/bin/tidemark"] + arguments,
            name: name,
            in: directory,
            environment: environment,
            launcher: root.launcher
        ) { process in
            do {
                try await body(process)
            } catch {
                Issue.record("\(name): \(process.lines.joined(separator: "\n"))")
                throw error
            }
        }
        #expect(status == .exited(0), "\(name)")
    }

    /// The status that a process answers with, asked with the token or without.
    func status(of path: String, at port: Int, withToken: Bool) async throws -> Int {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        if withToken { request.headers.add(name: "Authorization", value: "Bearer \(token.text)") }
        return Int(try await HTTPClient.shared.execute(request, timeout: .seconds(30)).status.code)
    }

    /// What Redis's users were refused.
    func refusals() async throws -> [String] {
        try await withAdmin { try await $0.call("ACL", "LOG").array ?? [] }.map { "\($0)" }
    }

    private func withAdmin<Result>(_ body: (RedisClient) async throws -> Result) async throws -> Result {
        try await withRedisClient(passwords.configuration(of: "admin", at: redis.address), body)
    }

    private func text(of secret: Role.Secret) throws -> String {
        switch secret {
        case .password(let user): try passwords.text(of: user)
        case .sourceToken: "the-token-of-the-source"
        case .webhookSecret: "the-secret-of-the-webhook"
        }
    }

    @Sendable private static func repositories(_ request: HTTPTestServer.Request) -> HTTPTestServer.Response {
        guard request.path == "/repositories", request.header("Authorization") == "Bearer the-token-of-the-source"
        else {
            return .json("{}", status: 401)
        }
        return .json(
            #"[{"name":"shop","full_name":"acme/shop","owner":{"login":"acme"}},"#
                + #"{"name":"search","full_name":"acme/search","owner":{"login":"acme"}}]"#
        )
    }
}
