import Catalog
import Foundation
import Ingestion
import Redis
import Subprocess
import TestSupport
import Testing

/// A whole directory through real processes: three workers over one `slapd` with the limits that it has by default.
@Suite struct LDAPDirectoryTests {
    private static let provider = "directory"
    private static let people = 20_000

    /// Group N has these people; every thirtieth is larger than what a server gives of an attribute at a time.
    private func members(of group: Int) -> [String] {
        let count = group % 30 == 0 ? 1_600 + group : 10
        return (0..<count).map { "p\((group * 53 + $0 * 7) % 10_000)" }
    }

    private var directory: TestEntries {
        var entries = TestEntries()
        for number in 0..<Self.people { entries.add(person: "p\(number)") }
        for number in 0..<300 {
            entries.add(group: "g\(number)", members: members(of: number).map { TestEntries.person($0) })
        }
        return entries
    }

    @Test(
        "20,000 people and 300 groups, size limit 500, three workers, one killed: exactly the directory; then exactly what changed"
    )
    func wholeDirectory() async throws {
        try await withTestDirectory(directory.ldif) { slapd in
            try await withTemporaryDirectory { path in
                try await withRedisServer(directory: path + "/redis") { redis in
                    guard case .unixSocket(let socket) = redis.address else { throw Unexpected() }
                    try Data(configuration(slapd, socket, path).utf8).write(to: URL(filePath: path + "/tidemark.yaml"))
                    try await withRedisClient(redis) { client in
                        let operations = Operations(store: Store(redis: client))
                        try await run(slapd, operations, path)
                    }
                }
            }
        }
    }

    private func run(_ slapd: TestDirectory, _ operations: Operations, _ path: String) async throws {
        try await withTidemark(["worker"], name: "killed", in: path) { killed in
            try await withTidemark(["worker"], name: "one", in: path) { _ in
                try await withTidemark(["worker"], name: "two", in: path) { _ in
                    try await eventually { try await operations.status(of: Self.provider).counts.marked > 2_000 }
                    #expect(try await operations.status(of: Self.provider).completed == 0)
                    try killed.send(.kill)
                    try await eventually { try await operations.status(of: Self.provider).completed == 1 }
                    let first = try await deltas(operations)
                    try check(first)

                    try await slapd.change(changes)
                    try await operations.trigger(Self.provider)
                    try await eventually { try await operations.status(of: Self.provider).completed == 2 }
                    try checkChanges(Array(try await deltas(operations).dropFirst(first.count)))
                }
            }
        }
        let verified = try await Verifier(store: operations.store).verify(Self.provider)
        #expect(verified.holds)
    }

    private func check(_ deltas: [Delta]) throws {
        var catalog: [String: JSON] = [:]
        for delta in deltas {
            #expect(delta.removed.isEmpty)
            for added in delta.added { catalog[added.entity.ref.string] = try JSON(parsing: added.entity.body) }
        }
        #expect(catalog.count == Self.people + 300)
        for number in 0..<Self.people {
            let user = catalog["user:default/p\(number)"]
            #expect(user?["spec"]?["profile"]?["email"]?.string == "p\(number)@example.com")
        }
        for number in 0..<300 {
            let group = catalog["group:default/g\(number)"]
            let found = Set(group?["spec"]?["members"]?.array?.compactMap(\.string) ?? [])
            #expect(found == Set(members(of: number).map { "user:default/\($0)" }), "g\(number)")
        }
    }

    /// One in a hundred deleted, as many changed, as many added: none of a group, but for one.
    private var changes: String {
        let deleted = (10_000..<10_200).map { "dn: \(TestEntries.person("p\($0)"))\nchangetype: delete\n\n" }
        let changed = (11_000..<11_200).map {
            "dn: \(TestEntries.person("p\($0)"))\nchangetype: modify\nreplace: mail\nmail: new-\($0)@example.com\n\n"
        }
        let added = (0..<200).map {
            "dn: \(TestEntries.person("new\($0)"))\nchangetype: add\nobjectClass: inetOrgPerson\nuid: new\($0)\n"
                + "cn: New \($0)\nsn: New\n\n"
        }
        let group =
            "dn: \(TestEntries.group("g1"))\nchangetype: modify\nadd: member\nmember: \(TestEntries.person("p19999"))\n\n"
        return (deleted + changed + added + [group]).joined()
    }

    private func checkChanges(_ deltas: [Delta]) throws {
        var (added, removed): ([String], [String]) = ([], [])
        for delta in deltas {
            added += delta.added.map(\.entity.ref.string)
            removed += delta.removed.map(\.entityRef.string)
        }
        let expected = (11_000..<11_200).map { "user:default/p\($0)" } + (0..<200).map { "user:default/new\($0)" }
        #expect(added.sorted() == (expected + ["group:default/g1"]).sorted())
        #expect(removed.sorted() == (10_000..<10_200).map { "user:default/p\($0)" }.sorted())
    }

    private func deltas(_ operations: Operations) async throws -> [Delta] {
        let store = operations.store
        let reply = try await store.redis.send(
            RedisCommand("XRANGE", store.keys(of: Self.provider).deltas, "-", "+")
        )
        return try (reply.array ?? []).map { entry in
            let fields = entry.array?[1].array ?? []
            return try Delta(
                fields: stride(from: 0, to: fields.count - 1, by: 2).map {
                    (fields[$0].string ?? "", fields[$0 + 1].bytes ?? [])
                }
            )
        }
    }

    private func configuration(_ slapd: TestDirectory, _ socket: String, _ path: String) -> String {
        """
        redis: { url: "redis+unix://\(socket)" }
        dataDirectory: \(path)
        worker: { concurrency: 2, lease: 5s }
        log: { level: debug, format: json }
        providers:
          \(Self.provider):
            burstInterval: 0s
            restLength: 1d
            source:
              ldap:
                url: \(slapd.url)
                users: { base: "\(TestEntries.people)", filter: (objectClass=inetOrgPerson) }
                groups: { base: "\(TestEntries.groups)" }
        """
    }

    @Test("a key that cannot be ranged over: the cycle fails with what to do, and nothing is removed")
    func keyIsRefused() async throws {
        var entries = TestEntries()
        for number in 0..<50 { entries.add(person: "p\(number)") }
        try await withTestDirectory(entries.ldif) { slapd in
            try await withTemporaryDirectory { path in
                try await withRedisServer(directory: path + "/redis") { redis in
                    guard case .unixSocket(let socket) = redis.address else { throw Unexpected() }
                    let file = URL(filePath: path + "/tidemark.yaml")
                    let right = configuration(slapd, socket, path).replacing(
                        #"groups: { base: "\#(TestEntries.groups)" }"#,
                        with: "walk: leaves"
                    )
                    try Data(right.utf8).write(to: file)
                    try await withRedisClient(redis) { client in
                        let operations = Operations(store: Store(redis: client))
                        try await withTidemark(["worker"], name: "right", in: path) { _ in
                            try await eventually { try await operations.status(of: Self.provider).completed == 1 }
                        }
                        try Data(right.replacing("walk: leaves", with: "key: uid").utf8).write(to: file)
                        try await operations.trigger(Self.provider)
                        try await withTidemark(["worker"], name: "wrong", in: path) { _ in
                            try await eventually { try await operations.status(of: Self.provider).failures > 0 }
                        }
                        let status = try await operations.status(of: Self.provider)
                        #expect(status.error?.contains("the attribute uid cannot be ranged over") == true)
                        #expect(status.known == 50 && status.counts.removed == 0)
                    }
                }
            }
        }
    }
}
