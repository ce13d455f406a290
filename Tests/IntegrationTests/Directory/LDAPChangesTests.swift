import Catalog
import Foundation
import Ingestion
import Redis
import Subprocess
import TestSupport
import Testing

/// What changes in a directory between two cycles, through real processes and a real `slapd`.
@Suite struct LDAPChangesTests {
    private static let provider = "directory"

    private func withDirectory(
        _ options: TestDirectory.Options,
        _ body: (TestDirectory, Operations, String) async throws -> Void
    ) async throws {
        try await withTestDirectory(TestDirectory.people.ldif, options: options) { slapd in
            try await withTemporaryDirectory { path in
                try await withRedisServer(directory: path + "/redis") { redis in
                    guard case .unixSocket(let socket) = redis.address else { throw Unexpected() }
                    let configuration = """
                        redis: { url: "redis+unix://\(socket)" }
                        dataDirectory: \(path)
                        log: { level: debug, format: json }
                        providers:
                          \(Self.provider):
                            changes: 1s
                            burstInterval: 0s
                            backoff: [1s]
                            source:
                              ldap:
                                url: \(slapd.url)
                                users: { base: "\(TestEntries.people)", filter: (objectClass=inetOrgPerson) }
                                groups: { base: "\(TestEntries.groups)" }
                        """
                    try Data(configuration.utf8).write(to: URL(filePath: path + "/tidemark.yaml"))
                    try await withRedisClient(redis) { client in
                        let operations = Operations(store: Store(redis: client))
                        try await body(slapd, operations, path)
                        #expect(try await Verifier(store: operations.store).verify(Self.provider).holds)
                    }
                }
            }
        }
    }

    private func users(_ operations: Operations) async throws -> [String: JSON] {
        try await operations.store.catalog(of: Self.provider).filter { $0.key.hasPrefix("user:") }
    }

    private func expectChanged(_ operations: Operations) async throws {
        let users = try await users(operations)
        #expect(users.keys.sorted() == ["alice", "caroline", "dave"].map { "user:default/\($0)" })
        #expect(users["user:default/alice"]?["spec"]?["profile"]?["email"] == "new@example.com")
    }

    @Test(
        "an addition, a change, a deletion and a renaming are on the stream without a cycle, each once, with two workers"
    )
    func betweenCycles() async throws {
        try await withDirectory(TestDirectory.synchronizing()) { slapd, operations, path in
            let checked = try await tidemark(["check", "directory"], in: path)
            #expect(checked.status == .exited(0), "\(checked.output)\(checked.errors)")
            #expect(checked.output.contains("changes: told"))
            try await withTidemark(["worker"], name: "one", in: path) { _ in
                try await withTidemark(["worker"], name: "two", in: path) { _ in
                    try await eventually { try await operations.status(of: Self.provider).completed == 1 }
                    try await slapd.changeEachWay()
                    try await eventually { try await users(operations)["user:default/dave"] != nil }
                    try await eventually { try await users(operations).count == 3 }
                    try await expectChanged(operations)
                }
            }
            let events = try await operations.store.deltas(of: Self.provider).filter { $0.origin == .event }
            let told = events.flatMap { $0.added.map(\.entity.ref.name) + $0.removed.map(\.entityRef.name) }
            #expect(told.sorted() == ["alice", "bob", "carol", "caroline", "dave"])
            #expect(try await operations.status(of: Self.provider).completed == 1)
            let shown = try await tidemark(["show", "directory"], in: path)
            #expect(shown.output.contains("5 published"), "\(shown.output)")
        }
    }

    @Test("a server that has no session log tells who is present, not who is gone: a cycle finds it")
    func noSessionLog() async throws {
        try await withDirectory(TestDirectory.synchronizing(sessionLog: 0)) { slapd, operations, path in
            try await withTidemark(["worker"], name: "worker", in: path) { _ in
                try await eventually { try await operations.status(of: Self.provider).completed == 1 }
                try await slapd.changeEachWay()
                try await eventually { try await operations.status(of: Self.provider).completed == 2 }
                try await expectChanged(operations)
            }
            #expect(try await !operations.store.deltas(of: Self.provider).contains { $0.origin == .event })
        }
    }

    @Test(
        "a server without content synchronization is told of in `check` and in the status; cycles go on, nothing is removed"
    )
    func notOffered() async throws {
        try await withDirectory(TestDirectory.Options()) { slapd, operations, path in
            let checked = try await tidemark(["check", "directory"], in: path)
            #expect(checked.status == .exited(1), "\(checked.output)\(checked.errors)")
            #expect(checked.output.contains("leave `changes` out"), "\(checked.output)")
            try await withTidemark(["worker"], name: "worker", in: path) { _ in
                try await eventually { try await operations.status(of: Self.provider).completed == 1 }
                try await slapd.changeEachWay()
                try await operations.start(Self.provider)
                try await eventually { try await operations.status(of: Self.provider).completed == 2 }
                try await expectChanged(operations)
            }
            let feed = try #require(try await operations.status(of: Self.provider).feed)
            #expect(!feed.hasPoint && feed.error?.contains("leave `changes` out") == true)
            let shown = try await tidemark(["show", "directory"], in: path)
            #expect(shown.output.contains("leave `changes` out"), "\(shown.output)")
        }
    }
}
