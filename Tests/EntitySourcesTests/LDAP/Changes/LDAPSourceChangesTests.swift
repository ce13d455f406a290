import Catalog
import Ingestion
import TestSupport
import Testing

@testable import EntitySources

@Suite struct LDAPSourceChangesTests {
    private func withFeed(
        log: Int = 100,
        limits: [String] = [],
        _ body: (TestDirectory, LDAPSource) async throws -> Void
    ) async throws {
        var options = TestDirectory.synchronizing(sessionLog: log)
        options.database = limits + options.database
        try await withTestDirectory(TestDirectory.people.ldif, options: options) { directory in
            try await body(directory, try LDAPSource(.test(directory.url), logger: quiet))
        }
    }

    /// Asks on a connection of its own.
    private func changes(_ source: LDAPSource, _ cursor: JSON?) async throws -> Changes {
        var changes: Changes?
        try await source.withClient { changes = try await source.changes(since: cursor, using: $0) }
        return try #require(changes)
    }

    private func name(_ change: Change) throws -> String? {
        try change.entities.first.map { try JSON(parsing: $0)["metadata"]?["name"]?.string ?? "" }
    }

    @Test("a change, a deletion, an addition and a renaming are told, each once, by the ids that pages have")
    func told() async throws {
        try await withFeed { directory, source in
            var ids: [String: String] = [:]
            for cursor in try await source.readPage().next {
                let page = try await source.readPage(at: cursor)
                #expect(page.ids.count == page.entities.count)
                for (id, entity) in zip(page.ids, page.entities) {
                    ids[try JSON(parsing: entity)["metadata"]?["name"]?.string ?? ""] = id
                }
            }
            let point = try await changes(source, nil)
            #expect(point.changed.isEmpty && point.removed.isEmpty)
            let idle = try await changes(source, point.cursor)
            #expect(idle.changed.isEmpty && idle.removed.isEmpty && !idle.hasMore)

            try await directory.changeEachWay()
            let told = try await changes(source, idle.cursor)
            #expect(try Set(told.changed.map(name)) == ["alice", "dave", "caroline"])
            #expect(told.removed == [try #require(ids["bob"])])
            let alice = try #require(told.changed.first { try name($0) == "alice" })
            #expect(alice.id == ids["alice"])
            #expect(try JSON(parsing: alice.entities[0])["spec"]?["profile"]?["email"] == "new@example.com")
            // A renaming keeps the id: the engine knows what was before.
            #expect(try told.changed.first { try name($0) == "caroline" }?.id == ids["carol"])
            let after = try await changes(source, told.cursor)
            #expect(after.changed.isEmpty && after.removed.isEmpty)
        }
    }

    @Test(
        "a session log that does not reach back: the point has expired, and a cycle has to find what is gone",
        arguments: [0, 1]
    )
    func shortLog(_ log: Int) async throws {
        try await withFeed(log: log) { directory, source in
            let point = try await changes(source, nil)
            try await directory.change(
                ["alice", "bob", "carol"].map { "dn: \(TestEntries.person($0))\nchangetype: delete\n\n" }.joined()
            )
            let error = await #expect(throws: SourceError.self) { try await changes(source, point.cursor) }
            #expect(error?.code == .cursorExpired)
        }
    }

    @Test(
        "more changes than the server's size limit lets it tell at once are left to a cycle, which reads them in parts"
    )
    func sizeLimit() async throws {
        try await withFeed(limits: ["sizelimit 2"]) { directory, source in
            let point = try await changes(source, nil)
            let changed = ["alice", "bob", "carol"].map {
                "dn: \(TestEntries.person($0))\nchangetype: modify\nreplace: sn\nsn: new\n\n"
            }
            try await directory.change(changed.prefix(2).joined())
            let told = try await changes(source, point.cursor)
            #expect(told.changed.count == 2)
            try await directory.change(changed.joined())
            let error = await #expect(throws: SourceError.self) { try await changes(source, told.cursor) }
            #expect(error?.code == .cursorExpired)
            #expect(error?.message.contains("at a limit") == true)
        }
    }

    @Test("a server without content synchronization, and a key that is not its id, are refused with what to do")
    func notOffered() async throws {
        var entries = TestEntries()
        entries.add(person: "alice")
        try await withTestDirectory(entries.ldif) { directory in
            let source = try LDAPSource(.test(directory.url), logger: quiet)
            let error = await #expect(throws: SourceError.self) { try await changes(source, nil) }
            #expect(error?.code == .refused)
            #expect(error?.message.contains("leave `changes` out") == true)
        }
    }

    @Test("a point of other searches than the configured ones has expired")
    func otherConfiguration() async throws {
        try await withFeed { directory, source in
            let point = try await changes(source, nil)
            var configuration = LDAPSource.Configuration.test(directory.url)
            configuration.users?.filter = "(uid=*)"
            let other = try LDAPSource(configuration, logger: quiet)
            let error = await #expect(throws: SourceError.self) { try await changes(other, point.cursor) }
            #expect(error?.code == .cursorExpired)
        }
    }
}
