import Catalog
import Foundation
import Ingestion
import TestSupport
import Testing

@testable import EntitySources

/// A `slapd` that looks like Active Directory: its root says so, and its entries have uSNChanged and objectGUID.
@Suite struct WindowReaderTests {
    private static let schema =
        [
            "attributetype ( 1.2.840.113556.1.2.120 NAME 'uSNChanged' EQUALITY integerMatch ORDERING integerOrderingMatch "
                + "SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE )",
            "attributetype ( 1.2.840.113556.1.4.2 NAME 'objectGUID' EQUALITY octetStringMatch ORDERING octetStringOrderingMatch "
                + "SYNTAX 1.3.6.1.4.1.1466.115.121.1.40 SINGLE-VALUE )",
            "attributetype ( 1.2.840.113556.1.4.115 NAME 'invocationId' EQUALITY octetStringMatch "
                + "SYNTAX 1.3.6.1.4.1.1466.115.121.1.40 SINGLE-VALUE )",
            "attributetype ( 1.3.6.1.4.1.99999.1 NAME 'supportedCapabilities' EQUALITY objectIdentifierMatch "
                + "SYNTAX 1.3.6.1.4.1.1466.115.121.1.38 )",
        ]
        + ["dnsHostName", "dsServiceName"].enumerated().map { index, name in
            "attributetype ( 1.3.6.1.4.1.99999.\(index + 2) NAME '\(name)' EQUALITY caseIgnoreMatch "
                + "SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )"
        } + [
            "attributetype ( 1.3.6.1.4.1.99999.4 NAME 'highestCommittedUSN' EQUALITY integerMatch "
                + "SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 )"
        ]

    private static let settings = "cn=settings,\(TestDirectory.suffix)"

    private func withActiveDirectory(
        server: String = "dc1.example.com",
        people: Int,
        highest: Int,
        limit: Int = 500,
        _ body: (TestDirectory) async throws -> Void
    ) async throws {
        try await withTemporaryDirectory { path in
            let root = path + "/root.ldif"
            let attributes = """
                dn:
                objectClass: top
                supportedCapabilities: \(ActiveDirectory.capability)
                dnsHostName: \(server)
                dsServiceName: \(Self.settings)
                highestCommittedUSN: \(highest)

                """
            try Data(attributes.utf8).write(to: URL(filePath: root))
            var options = TestDirectory.Options()
            options.global = Self.schema + ["rootDSE \(root)"]
            options.database = ["limits anonymous size=\(limit)", "index uSNChanged eq"]
            var entries = TestEntries()
            for number in 0..<people {
                // Most numbers are those of other entries; some stretches are dense.
                let update = number < people / 2 ? number + 1 : highest - (people - number) * 7
                entries.add(
                    person: "p\(number)",
                    ["objectClass: extensibleObject", "uSNChanged: \(update)", "objectGUID:: \(Self.guid(number))"]
                )
            }
            entries.add(
                Self.settings,
                ["objectClass: device", "objectClass: extensibleObject", "cn: settings", "invocationId: one"]
            )
            try await withTestDirectory(entries.ldif, options: options, body)
        }
    }

    private static func guid(_ number: Int) -> String {
        let spread = UInt64(number + 1) &* 0x9E37_79B9_7F4A_7C15
        return Base64.encode(withUnsafeBytes(of: (spread, UInt64(number))) { Array($0) })
    }

    private func source(_ directory: TestDirectory, _ walk: LDAPSource.Walk = .automatic) throws -> LDAPSource {
        var configuration = LDAPSource.Configuration.test(directory.url)
        configuration.groups = nil
        configuration.walk = walk
        configuration.users?.pageSize = 50
        return try LDAPSource(configuration, logger: quiet)
    }

    @Test(
        "Active Directory is walked by windows of update numbers, as wide as they need be, up to the newest",
        arguments: [90, 500]
    )
    func windows(_ limit: Int) async throws {
        try await withActiveDirectory(people: 1_000, highest: 1_000_000, limit: limit) { directory in
            let (pages, entities) = try await source(directory).readAll(limit: 1_000)
            #expect(Set(entities).count == 1_000)
            #expect(pages[0].entities.isEmpty && pages[0].next.count == 1)
            #expect(pages.count < 100)
            #expect(Set(pages.flatMap(\.ids)).count == 1_000)
        }
    }

    @Test("behind a balancer it is walked by leaves of objectGUID")
    func leaves() async throws {
        try await withActiveDirectory(people: 1_000, highest: 1_000_000) { directory in
            let (pages, entities) = try await source(directory, .leaves).readAll(limit: 1_000)
            #expect(Set(entities).count == 1_000)
            #expect(pages[0].next.count == 17)
            let id = try #require(pages.flatMap(\.ids).first)
            #expect(id.split(separator: "-").map(\.count) == [8, 4, 4, 4, 12])
        }
    }

    @Test("another server, or another database of it, starts the cycle over")
    func anotherServer() async throws {
        try await withActiveDirectory(people: 20, highest: 100) { directory in
            let cursor = try #require(try await source(directory).readPage().next.first)
            try await withActiveDirectory(server: "dc2.example.com", people: 20, highest: 100) { other in
                let elsewhere = try source(other)
                let error = await #expect(throws: SourceError.self) { try await elsewhere.readPage(at: cursor) }
                #expect(error?.code == .cursorExpired)
                #expect(error?.message.contains("dc2.example.com now, and not dc1.example.com") == true)
            }
            try await directory.change(
                "dn: \(Self.settings)\nchangetype: modify\nreplace: invocationId\ninvocationId: two\n\n"
            )
            let restored = try source(directory)
            let error = await #expect(throws: SourceError.self) { try await restored.readPage(at: cursor) }
            #expect(error?.code == .cursorExpired)
        }
    }

    @Test("an entry that changes while it is walked moves up, and is met in a later window")
    func changedMeanwhile() async throws {
        try await withActiveDirectory(people: 400, highest: 100_000) { directory in
            let source = try source(directory)
            var names: Set<String> = []
            var cursor: JSON?
            var isChanged = false
            repeat {
                let page = try await source.readPage(at: cursor)
                names.formUnion(try page.entities.compactMap { try JSON(parsing: $0)["metadata"]?["name"]?.string })
                if !isChanged, !page.entities.isEmpty {
                    isChanged = true
                    #expect(!names.contains("p399"))
                    try await directory.change(
                        "dn: \(TestEntries.person("p399"))\nchangetype: modify\nreplace: uSNChanged\nuSNChanged: 100001\n\n"
                    )
                }
                cursor = page.next.first
            } while cursor != nil
            #expect(names.count == 400)
        }
    }
}
