import Catalog
import Foundation
import TestSupport

/// Sources of which each can be made to behave as one alert needs it; their providers have the same names.
struct WatchedSources: Sendable {
    /// Those behind HTTP, which list ten entities on one page, but for `streamed`, which has a page for each of thirty.
    static let served = [
        "failed", "failing", "held", "prompt", "refused", "rejected", "stale", "streamed", "unread",
    ]
    static let names = served + ["directory", "large", "still"]

    let servers: [String: PageServer]
    /// Eight chains, whose pages can be held.
    let still: ProgramSource
    private let directory: String

    init(in directory: String) throws {
        self.directory = directory
        servers = Dictionary(
            uniqueKeysWithValues: Self.served.map { name in
                let server = PageServer(chains: 1, pageSize: name == "streamed" ? 1 : 500)
                server.list(Self.entities(name == "streamed" ? 30 : 10))
                return (name, server)
            }
        )
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        still = try ProgramSource(in: directory, chains: 8, pageSize: 10)
        try still.list((0..<8).map { "host-\($0)" })
        try Data(Self.growing.utf8).write(to: URL(filePath: directory + "/large.sh"))
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: directory + "/large.sh")
    }

    subscript(_ name: String) -> PageServer { servers[name]! }

    /// Entities of which so many are not valid, and whose bodies are others in each version.
    static func entities(_ count: Int, notValid: Int = 0, version: Int = 1) -> [JSONText] {
        (0..<count).map { number in
            let name = number < notValid ? "-not-valid-\(number)" : "host-\(number)"
            let entity: JSON = [
                "apiVersion": "backstage.io/v1alpha1", "kind": "Component", "metadata": ["name": .string(name)],
                "spec": ["version": .integer(Int64(version))],
            ]
            return JSONText(entity)
        }
    }

    func respond(to request: HTTPTestServer.Request) -> HTTPTestServer.Response {
        servers[String(request.path.dropFirst())]?.respond(to: request) ?? .json("{}", status: 404)
    }

    /// Whether the program of `large` is in the middle of a line of 450 MB.
    func isGrowing(_ grows: Bool) throws {
        if grows {
            try Data().write(to: URL(filePath: directory + "/grow"))
        } else {
            try FileManager.default.removeItem(atPath: directory + "/grow")
        }
    }

    /// The providers, for the configuration.
    func configuration(url: String, directoryURL: String) -> String {
        var sections = Self.served.map { name in
            // Two that begin anew all the time, one that is given up on, and one that takes webhooks.
            let rest = ["prompt", "stale"].contains(name) ? "2s" : "1d"
            let others =
                switch name {
                case "failed": "maxAttempts: 1, "
                case "held": "webhook: { secret: the-secret-of-the-hook, event: empty }, "
                default: ""
                }
            let source = "source: { http: { url: \(url)/\(name) } }"
            return "\(name): { \(others)restLength: \(rest), \(Self.common), \(source) }"
        }
        let command = still.command.joined(separator: "\", \"")
        sections += [
            "still: { \(Self.common), concurrency: 16, source: { exec: { command: [\"\(command)\"] } } }",
            """
            large: { \(Self.common), source: { exec: { command: ["\(directory)/large.sh", "\(directory)"], \
            maxLineBytes: 1GiB } } }
            """,
            """
            directory: { changes: 1s, \(Self.common), source: { ldap: { url: \(directoryURL), \
            users: { base: "\(TestEntries.people)", filter: (objectClass=inetOrgPerson) }, \
            groups: { base: "\(TestEntries.groups)" } } } }
            """,
        ]
        return sections.map { "  \($0)\n" }.joined()
    }

    private static let common = "burstInterval: 0s, backoff: [1s], pageTimeout: 120s"

    private static let growing = #"""
        #!/bin/sh
        # A page without entities; while there is a file named grow, before its line ends come 450 MB of spaces.
        while read -r line; do
            if [ -e "$1/grow" ]; then
                head -c 450000000 /dev/zero | tr '\0' ' '
                while [ -e "$1/grow" ]; do sleep 0.05; done
            fi
            echo '{"entities":[],"next":[]}'
        done
        """#
}
