import Catalog
import Ingestion
import TestSupport
import Testing

@testable import EntitySources

@Suite struct MemberResolverTests {
    private func group(
        _ entries: TestEntries,
        _ name: String = "staff",
        _ configure: (inout LDAPSource.Configuration) -> Void = { _ in }
    ) async throws -> [JSON] {
        try await withTestDirectory(entries.ldif) { directory in
            var configuration = LDAPSource.Configuration.test(directory.url)
            configure(&configuration)
            let (_, entities) = try await LDAPSource(configuration, logger: quiet).readAll()
            let group = try entities.map { try JSON(parsing: $0) }
                .first { $0["kind"] == "Group" && $0["metadata"]?["name"]?.string == name }
            return group?["spec"]?["members"]?.array ?? []
        }
    }

    @Test(
        "members are joined to entries by the value of a name, not by its text; those who are gone, or elsewhere, are dropped"
    )
    func spellings() async throws {
        var entries = TestEntries()
        entries.add(
            "cn=Smith\\2C John,\(TestEntries.people)",
            ["objectClass: inetOrgPerson", "cn: Smith, John", "sn: Smith", "uid: jsmith"]
        )
        entries.add(person: "alice")
        entries.add("cn=printer,\(TestEntries.people)", ["objectClass: device", "cn: printer"])
        entries.add(
            group: "staff",
            members: [
                "CN=smith\\, john,OU=People,\(TestDirectory.suffix)", "UID=Alice, \(TestEntries.people)",
                TestEntries.person("gone"), "cn=printer,\(TestEntries.people)", "cn=x,dc=elsewhere",
            ]
        )
        #expect(try await group(entries) == ["user:default/jsmith", "user:default/alice"])
    }

    @Test("names that cannot be names of entities are the same on both sides")
    func madeNames() async throws {
        var entries = TestEntries()
        entries.add(person: "ann marie")
        entries.add(group: "staff", members: [TestEntries.person("ann marie")])
        try await withTestDirectory(entries.ldif) { directory in
            let (_, texts) = try await LDAPSource(.test(directory.url), logger: quiet).readAll()
            let entities = try texts.map { try JSON(parsing: $0) }
            let user = try #require(entities.first { $0["kind"] == "User" }?["metadata"]?["name"]?.string)
            #expect(user.hasPrefix("ann-marie-"))
            #expect(entities.first { $0["kind"] == "Group" }?["spec"]?["members"] == [.string("user:default/\(user)")])
        }
    }

    @Test("memberUid names users by their names")
    func bareNames() async throws {
        var entries = TestEntries()
        entries.add(person: "alice")
        entries.add(
            TestEntries.group("posix"),
            ["objectClass: posixGroup", "cn: posix", "gidNumber: 1", "memberUid: alice", "memberUid: gone"]
        )
        let members = try await group(entries, "posix") {
            $0.groups?.filter = "(objectClass=posixGroup)"
            $0.groups?.members = "memberUid"
        }
        #expect(members == ["user:default/alice"])
    }

    @Test("a group of 2,000 members has all of them")
    func many() async throws {
        var entries = TestEntries()
        for number in 0..<2_000 { entries.add(person: "p\(number)") }
        entries.add(group: "staff", members: (0..<2_000).map { TestEntries.person("p\($0)") })
        #expect(Set(try await group(entries)) == Set((0..<2_000).map { .string("user:default/p\($0)") }))
    }
}
