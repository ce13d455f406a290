import Foundation
import Redis

/// What `deploy/redis/users` makes.
struct Passwords: Sendable {
    let directory: String
    /// For Redis's `aclfile`.
    var file: String { directory + "/users.acl" }

    init(in directory: String) async throws {
        self.directory = directory
        try await Tool.run(DeployFolder.file("redis/users"), [directory])
    }

    func text(of user: String) throws -> String {
        try String(contentsOfFile: "\(directory)/\(user).password", encoding: .utf8)
    }

    /// What connects as a user of the file: `admin`, or `tidemark-` and this name.
    func configuration(of user: String, at address: RedisAddress) throws -> RedisConfiguration {
        var configuration = RedisConfiguration(address: address)
        configuration.username = user == "admin" ? user : "tidemark-" + user
        configuration.password = RedisSecret(try text(of: user))
        return configuration
    }
}
