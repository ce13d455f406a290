import Catalog
import Ingestion
import TestSupport
import Testing

@testable import EntitySources

@Suite struct LDAPSourceTests {
    private func entities(_ source: LDAPSource) async throws -> [String: JSON] {
        let (_, entities) = try await source.readAll(limit: 10_000)
        return try Dictionary(
            entities.map { text in
                let entity = try JSON(parsing: text)
                let kind = entity["kind"]?.string ?? ""
                return ("\(kind)/\(entity["metadata"]?["name"]?.string ?? "")".lowercased(), entity)
            },
            uniquingKeysWith: { first, second in first == second ? first : ["differs": .array([first, second])] }
        )
    }

    @Test("people and groups become what Backstage's LDAP module makes of them")
    func defaultMapping() async throws {
        var entries = TestEntries()
        entries.add(person: "alice", ["memberOf: \(TestEntries.group("staff"))"])
        entries.add(person: "bob")
        entries.add(
            group: "staff",
            members: [TestEntries.person("alice"), TestEntries.person("bob"), TestEntries.group("admins")],
            ["description: Everyone"]
        )
        entries.add(group: "admins", members: [TestEntries.person("alice"), TestEntries.person("gone")])
        try await withTestDirectory(entries.ldif) { directory in
            let source = try LDAPSource(.test(directory.url), logger: quiet)
            let found = try await entities(source)
            #expect(found.keys.sorted() == ["group/admins", "group/staff", "user/alice", "user/bob"])
            let alice = try #require(found["user/alice"])
            #expect(alice["spec"]?["profile"] == ["displayName": "Person alice", "email": "alice@example.com"])
            #expect(alice["spec"]?["memberOf"] == ["group:default/staff"])
            let annotations = try #require(alice["metadata"]?["annotations"])
            #expect(annotations["backstage.io/ldap-dn"]?.string == TestEntries.person("alice"))
            #expect(annotations["backstage.io/ldap-rdn"] == "uid=alice")
            #expect(annotations["backstage.io/ldap-uuid"]?.string?.utf8.count == 36)
            let staff = try #require(found["group/staff"])
            #expect(
                staff["spec"] == [
                    "type": "unknown", "profile": ["displayName": "staff"], "children": ["group:default/admins"],
                    "members": ["user:default/alice", "user:default/bob"],
                ]
            )
            #expect(staff["metadata"]?["description"] == "Everyone")
            #expect(found["group/admins"]?["spec"]?["members"] == ["user:default/alice"])
        }
    }

    @Test(
        "a size limit of 500: leaves are cut until each is given as a whole, and every entry is met",
        arguments: [true, false]
    )
    func sizeLimit(_ randomIDs: Bool) async throws {
        var entries = TestEntries(randomIDs: randomIDs)
        for number in 0..<3_000 { entries.add(person: "p\(number)") }
        try await withTestDirectory(entries.ldif) { directory in
            var configuration = LDAPSource.Configuration.test(directory.url)
            configuration.groups = nil
            configuration.users?.pageSize = 200
            let source = try LDAPSource(configuration, logger: quiet)
            let found = try await entities(source)
            #expect(found.count == 3_000)
        }
    }

    @Test(
        "a key that cannot be ranged over is refused by the probe, before anything is read",
        arguments: ["uid", "cn"]
    )
    func unorderedKey(_ key: String) async throws {
        var entries = TestEntries()
        for number in 0..<20 { entries.add(person: "p\(number)") }
        try await withTestDirectory(entries.ldif) { directory in
            var configuration = LDAPSource.Configuration.test(directory.url)
            configuration.groups = nil
            configuration.key = key
            let source = try LDAPSource(configuration, logger: quiet)
            let error = await #expect(throws: SourceError.self) { try await source.readPage() }
            #expect(error?.code == .refused)
            #expect(error?.message.contains("the attribute \(key) cannot be ranged over") == true)
            #expect(error?.message.contains("Set `key` to") == true)
        }
    }
}

extension LDAPSource.Configuration {
    static func test(_ url: String) -> LDAPSource.Configuration {
        var configuration = LDAPSource.Configuration(url: url)
        configuration.users = LDAPSource.Search(bases: [TestEntries.people])
        configuration.users?.filter = "(objectClass=inetOrgPerson)"
        configuration.groups = LDAPSource.Search(bases: [TestEntries.groups], pageSize: 100)
        return configuration
    }
}
