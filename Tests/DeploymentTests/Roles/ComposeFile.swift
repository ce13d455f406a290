import Catalog
import Foundation
import TestSupport
import Testing

/// `deploy/compose/compose.yaml`.
struct ComposeFile {
    let content: JSON

    init() async throws {
        content = try #require(try await DeployFolder.documents(DeployFolder.text("compose/compose.yaml")).first)
    }

    var services: [String: JSON] { content["services"]?.object ?? [:] }

    /// The services that are Tidemark's.
    func roles() throws -> [Role] {
        try services.values.filter { $0["image"] == "tidemark" }.map(role)
    }

    private func role(_ service: JSON) throws -> Role {
        let own = try #require(service["environment"]?.object).compactMapValues(\.string)
        let environment = try dockerfileEnvironment().merging(own) { _, own in own }
        let user = String((environment["TIDEMARK_REDIS_USER"] ?? "").trimmingPrefix("tidemark-"))
        var configuration: [String: String] = [:]
        for volume in service["volumes"]?.array ?? [] {
            let parts = try #require(volume.string).split(separator: ":").map(String.init)
            if parts.count == 3, parts[2] == "ro" {
                configuration[parts[1]] = try DeployFolder.text("compose/" + parts[0])
            }
        }
        var secrets: [String: Role.Secret] = [:]
        for entry in service["secrets"]?.array ?? [] {
            let source = try #require(entry.string ?? entry["source"]?.string)
            let target = try #require(entry.string ?? entry["target"]?.string)
            let secret = try #require(Role.Secret(target, of: user))
            let file = secret == .password(of: user) ? "\(user).password" : target
            #expect(content["secrets"]?[source]?["file"]?.string == "secrets/" + file)
            secrets["/run/secrets/" + target] = secret
        }
        let stop = try #require(service["stop_grace_period"]?.string?.wholeMatch(of: /([0-9]+)s/))
        return Role(
            arguments: try #require(service["command"]?.array).compactMap(\.string),
            environment: environment,
            configuration: configuration,
            secrets: secrets,
            gracePeriod: .seconds(try #require(Int(stop.1)))
        )
    }
}
