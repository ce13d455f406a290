import Catalog
import Ingestion
import TestSupport
import Testing

@testable import EntitySources

/// What is not listed is removed: where a directory does not show all, the source throws.
@Suite struct LDAPSourceFailureTests {
    private func failure(
        _ directory: TestDirectory,
        at cursor: JSON? = nil,
        _ configure: (inout LDAPSource.Configuration) -> Void
    ) async throws -> SourceError? {
        var configuration = LDAPSource.Configuration.test(directory.url)
        configuration.groups = nil
        configure(&configuration)
        let source = try LDAPSource(configuration, logger: quiet)
        do {
            _ = try await source.readAll(from: cursor)
            return nil
        } catch let error as SourceError {
            return error
        }
    }

    @Test(
        "U11: a base that is missing, a search that finds nothing, a password that is wrong: each throws and says what to do"
    )
    func nothingFound() async throws {
        var entries = TestEntries()
        entries.add(person: "alice")
        try await withTestDirectory(entries.ldif) { directory in
            let missing = try await failure(directory) { $0.users?.bases = ["ou=persons,\(TestDirectory.suffix)"] }
            #expect(missing?.code == .refused)
            #expect(missing?.message.contains("no such object (32)") == true)
            #expect(missing?.message.contains("Is the base right (users.base)") == true)

            let nobody = try await failure(directory) { $0.users?.filter = "(uid=bob)" }
            #expect(nobody?.code == .refused)
            #expect(nobody?.message.contains("finds nothing: may this user read there?") == true)
            let empty = try await failure(directory) {
                $0.users?.filter = "(uid=bob)"
                $0.users?.allowEmpty = true
            }
            #expect(empty == nil)

            let wrong = try await failure(directory) {
                $0.authentication = .simple(dn: TestDirectory.administrator, password: "wrong-password")
            }
            #expect(wrong?.code == .unauthorized)
            #expect(wrong?.message.contains("invalid credentials (49)") == true)
            #expect(wrong?.message.contains("wrong-password") == false)

            let unknown = try await failure(directory) { $0.key = "objectGUID" }
            #expect(unknown?.message.contains("shows the attribute objectGUID") == true)
        }
    }

    @Test("a user who may not read sees nothing, and that is an error; one who may reads all")
    func rights() async throws {
        var entries = TestEntries()
        entries.add(person: "alice", ["userPassword: alices-own"])
        var options = TestDirectory.Options()
        options.database = ["access to * by users read by anonymous auth"]
        try await withTestDirectory(entries.ldif, options: options) { directory in
            let anonymous = try await failure(directory) { _ in }
            #expect(anonymous?.code == .unauthorized)
            let alice = LDAPSource.Authentication.simple(dn: TestEntries.person("alice"), password: "alices-own")
            let known = try await failure(directory) { $0.authentication = alice }
            #expect(known == nil)
        }
    }

    @Test("a limit that not one entry passes is an error, not an empty leaf")
    func limitWithoutEntries() async throws {
        var entries = TestEntries()
        for number in 0..<300 { entries.add(person: "p\(number)") }
        var options = TestDirectory.Options()
        options.database = ["limits anonymous size.unchecked=100"]
        try await withTestDirectory(entries.ldif, options: options) { directory in
            let error = try await failure(directory) { _ in }
            #expect(error?.code == .limitExceeded)
            #expect(error?.message.contains("administrative limit exceeded (11)") == true)
        }
    }

    @Test("referrals are refused, passed over, or followed to the servers that are named, as is configured")
    func referrals() async throws {
        var elsewhere = TestEntries(seed: 2)
        elsewhere.add(person: "bob")
        try await withTestDirectory(elsewhere.ldif) { other in
            var entries = TestEntries()
            entries.add(person: "alice")
            entries.add(
                "ou=elsewhere,\(TestEntries.people)",
                ["objectClass: referral", "objectClass: extensibleObject", "ou: elsewhere"]
                    + ["ref: \(other.url)/\(TestEntries.people)"]
            )
            try await withTestDirectory(entries.ldif) { directory in
                let refused = try await failure(directory) { _ in }
                #expect(refused?.code == .refused)
                #expect(refused?.message.contains("leads to another server (\(other.url)/") == true)
                #expect(refused?.message.contains("`referrals: ignore`") == true)

                let users1 = try await users(directory) { $0.referrals = .ignore }
                #expect(users1 == ["alice"])
                let users2 = try await users(directory) { $0.referrals = .follow([other.url]) }
                #expect(users2 == ["alice", "bob"])
                let unnamed = try await failure(directory) { $0.referrals = .follow(["ldap://127.0.0.1:1"]) }
                #expect(unnamed?.message.contains("which `referrals.follow` does not name") == true)
            }
        }
    }

    private func users(
        _ directory: TestDirectory,
        _ configure: (inout LDAPSource.Configuration) -> Void
    ) async throws -> [String] {
        var configuration = LDAPSource.Configuration.test(directory.url)
        configuration.groups = nil
        configure(&configuration)
        let (_, entities) = try await LDAPSource(configuration, logger: quiet).readAll()
        return try entities.compactMap { try JSON(parsing: $0)["metadata"]?["name"]?.string }.sorted()
    }

    @Test("of several servers the first that can be reached is read; where none can, the error names all")
    func failover() async throws {
        var entries = TestEntries()
        entries.add(person: "alice")
        let closed = "ldap://127.0.0.1:\(try ServerProcess.freePort())"
        try await withTestDirectory(entries.ldif) { directory in
            let users3 = try await users(directory) { $0.urls = [closed, directory.url] }
            #expect(users3 == ["alice"])
            let error = try await failure(directory) { $0.urls = [closed, "ldapi://%2Fnowhere"] }
            #expect(error?.code == .unavailable)
            #expect(error?.message.contains(closed) == true && error?.message.contains("%2Fnowhere") == true)
        }
    }

    @Test("a server that dies in the middle of a leaf: an error, and whoever goes on cuts the leaf and misses nothing")
    func death() async throws {
        var entries = TestEntries()
        for number in 0..<300 { entries.add(person: "p\(number)") }
        var options = TestDirectory.Options()
        options.database = ["limits anonymous size=unlimited"]
        try await withTestDirectory(entries.ldif, options: options) { directory in
            var configuration = LDAPSource.Configuration.test(directory.url)
            configuration.groups = nil
            configuration.users?.pageSize = 10
            let source = try LDAPSource(configuration, logger: quiet)
            let start = try await source.readPage()
            let leaf = try #require(start.next.first)
            var next: JSON?
            var met: [JSONText] = []
            try await source.withClient { client in
                let first = try await source.page(at: leaf, using: client)
                met = first.entities
                next = first.next.first
                let following = next
                #expect(first.next.count == 1)
                directory.kill()
                let error = await #expect(throws: SourceError.self) {
                    try await source.page(at: following, using: client)
                }
                #expect(error?.code == .unavailable)
            }
            try await directory.start()
            let again = try await source.readPage(at: next)
            #expect(again.entities.isEmpty && again.next.count > 1)
            var names = Set(met.map(\.description))
            for cursor in again.next + start.next.dropFirst() {
                names.formUnion(try await source.readAll(from: cursor, limit: 1_000).entities)
            }
            #expect(names.count == 300)
        }
    }

    @Test("a server that does not answer: the time limit ends the search, and cancellation ends it at once")
    func silence() async throws {
        var entries = TestEntries()
        entries.add(person: "alice")
        try await withTestDirectory(entries.ldif) { directory in
            var configuration = LDAPSource.Configuration.test(directory.url)
            configuration.groups = nil
            configuration.searchTimeout = .milliseconds(300)
            configuration.connectTimeout = .milliseconds(300)
            let source = try LDAPSource(configuration, logger: quiet)
            try await source.withClient { client in
                let leaf = try await source.page(at: nil, using: client).next[0]
                directory.freeze()
                let error = await #expect(throws: SourceError.self) { try await source.page(at: leaf, using: client) }
                #expect(error?.code == .timeout)
                #expect(error?.message.contains("(searchTimeout)") == true)
            }
            let unbound = await #expect(throws: SourceError.self) { try await source.readPage() }
            #expect(unbound?.message.contains("(connectTimeout)") == true)

            configuration.connectTimeout = .seconds(3_600)
            let patient = try LDAPSource(configuration, logger: quiet)
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await #expect(throws: CancellationError.self) { try await patient.readPage() } }
                group.cancelAll()
            }
            directory.thaw()
        }
    }

    @Test("a cursor of other searches than the configured ones starts the cycle over")
    func otherConfiguration() async throws {
        var entries = TestEntries()
        entries.add(person: "alice")
        try await withTestDirectory(entries.ldif) { directory in
            var configuration = LDAPSource.Configuration.test(directory.url)
            configuration.groups = nil
            let cursor = try await LDAPSource(configuration, logger: quiet).readPage().next[0]
            configuration.users?.filter = "(uid=*)"
            let source = try LDAPSource(configuration, logger: quiet)
            let error = await #expect(throws: SourceError.self) { try await source.readPage(at: cursor) }
            #expect(error?.code == .cursorExpired)
        }
    }
}
