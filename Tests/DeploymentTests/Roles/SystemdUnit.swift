import Foundation
import TestSupport
import Testing

/// A unit of `deploy/systemd`: its lines `KEY=VALUE`, of which a key may have several.
struct SystemdUnit {
    static let names = ["tidemark-worker@.service", "tidemark-consume.service", "tidemark-serve.service"]
    /// Where systemd puts the credentials of a service.
    static let credentials = "/run/credentials/tidemark"

    private let lines: [(key: String, value: String)]

    init(_ name: String) throws {
        lines = Self.pairs(try DeployFolder.text("systemd/" + name))
    }

    func values(_ key: String) -> [String] { lines.filter { $0.key == key }.map(\.value) }

    /// What the unit starts.
    func role() throws -> Role {
        let command = try #require(values("ExecStart").first).replacing("%i", with: "1").split(separator: " ").map(
            String.init
        )
        #expect(command.first == "/usr/bin/tidemark")
        #expect(values("EnvironmentFile") == ["/etc/tidemark/environment"])
        var environment = ["CREDENTIALS_DIRECTORY": Self.credentials]
        for (key, value) in Self.pairs(try DeployFolder.text("systemd/environment")) { environment[key] = value }
        for (key, value) in values("Environment").flatMap(Self.pairs) { environment[key] = value }
        let user = String((environment["TIDEMARK_REDIS_USER"] ?? "").trimmingPrefix("tidemark-"))
        var secrets: [String: Role.Secret] = [:]
        for credential in values("LoadCredential") {
            let parts = credential.split(separator: ":").map(String.init)
            let secret = try #require(Role.Secret(parts[0], of: user))
            let file = secret == .password(of: user) ? "\(user).password" : parts[0]
            #expect(parts[1] == "/etc/tidemark/credentials/" + file)
            secrets["\(Self.credentials)/\(parts[0])"] = secret
        }
        let stop = try #require(values("TimeoutStopSec").first?.wholeMatch(of: /([0-9]+)s/))
        return Role(
            arguments: Array(command.dropFirst()),
            environment: environment,
            configuration: ["/etc/tidemark/tidemark.yaml": try DeployFolder.text("configuration/tidemark.yaml")],
            secrets: secrets,
            gracePeriod: .seconds(try #require(Int(stop.1)))
        )
    }

    private static func pairs(_ text: String) -> [(key: String, value: String)] {
        text.split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap { line in
            guard let equals = line.firstIndex(of: "=") else { return nil }
            return (String(line[..<equals]), String(line[line.index(after: equals)...]))
        }
    }
}
