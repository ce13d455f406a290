import Catalog
import CatalogConsumer
import Testing

@Suite struct SQLiteCatalogTests {
    private func filled(_ sink: SQLiteSink, _ texts: [String]) async throws {
        try await sink.apply([TestDelta(added: texts).entry(1)], provider: "github")
    }

    private static let texts = [
        TestDelta.entity("web-server", metadata: #", "title": "The Wëb", "description": "Serves pages.""#),
        TestDelta.entity(
            "libweb",
            metadata: #", "description": "A library for \"web\" clients", "tags": ["c", "web"]"#
        ),
        TestDelta.entity("database", metadata: #", "description": "Keeps rows; no clients.", "tags": ["sql"]"#),
    ]

    @Test(arguments: [
        ("database", ["database"]), ("WEB", ["web-server", "libweb"]), ("web clients", ["libweb"]),
        ("data", ["database"]), ("web-ser", ["web-server"]), ("sql", ["database"]),
        ("clients", ["database", "libweb"]),
        ("component:default/libweb", ["libweb"]), ("nothing", []), ("", []), ("  ", []), ("\"", []), ("* OR -", []),
        ("NOT rows", []), ("title:web", []), ("--", []),
    ])
    func search(text: String, names: [String]) async throws {
        try await withSink { sink in
            try await filled(sink, Self.texts)
            let found = try await sink.catalog.search(text).map { String($0.ref.split(separator: "/")[1]) }
            #expect(Set(found) == Set(names), "\(found)")
        }
    }

    @Test func whatMatchesInTheRefComesFirst() async throws {
        try await withSink { sink in
            try await filled(sink, Self.texts + [TestDelta.entity("rows")])
            #expect(try await sink.catalog.search("rows", limit: 1).map(\.ref) == ["component:default/rows"])
        }
    }

    @Test func theSearchFollowsChangesAndRemovals() async throws {
        try await withSink { sink in
            try await filled(sink, Self.texts)
            let changed = TestDelta.entity("database", metadata: #", "description": "Keeps documents""#)
            try await sink.apply([TestDelta(added: [changed]).entry(2)], provider: "github")
            #expect(try await sink.catalog.search("rows").isEmpty)
            #expect(try await sink.catalog.search("documents").count == 1)
            try await sink.apply([TestDelta.removing("component:default/database").entry(3)], provider: "github")
            #expect(try await sink.catalog.search("documents").isEmpty)
            #expect(try await sink.catalog.search("database").isEmpty)
            // An index that was told another text than it holds would still find these, or not the ones that stayed.
            #expect(try await sink.catalog.search("clients").map(\.ref) == ["component:default/libweb"])
        }
    }

    @Test func filtersByProviderAndKind() async throws {
        try await withSink { sink in
            let group =
                #"{"apiVersion":"backstage.io/v1alpha1","kind":"Group","metadata":{"name":"web-team"},"spec":{}}"#
            try await filled(sink, Self.texts + [group])
            try await sink.apply([TestDelta.adding("web").entry(1)], provider: "ldap")
            let catalog = sink.catalog
            #expect(try await catalog.count() == 5)
            #expect(try await catalog.count(provider: "github") == 4)
            #expect(try await catalog.count(kind: "Group") == 1)
            #expect(try await catalog.count(provider: "ldap", kind: "group") == 0)
            #expect(try await catalog.count(provider: "nobody") == 0)
            #expect(try await catalog.search("web", kind: "group").map(\.ref) == ["group:default/web-team"])
            #expect(try await catalog.search("web", provider: "ldap").map(\.provider) == ["ldap"])
        }
    }

    @Test func listsInPages() async throws {
        try await withSink { sink in
            try await filled(sink, (0..<25).map { TestDelta.entity("e\($0 + 10)") })
            try await sink.apply([TestDelta.adding("e00").entry(1)], provider: "ldap")
            var names: [String] = []
            var last: CatalogEntity?
            repeat {
                let page = try await sink.catalog.entities(after: last, limit: 10)
                names += page.map(\.ref)
                last = page.last
            } while last != nil
            #expect(names == (0..<25).map { "component:default/e\($0 + 10)" } + ["component:default/e00"])
        }
    }

    @Test func digestsComeInTheOrderOfRefs() async throws {
        try await withSink { sink in
            let names = (0..<20_500).map { "n\($0)" }
            for (index, start) in stride(from: 0, to: names.count, by: 500).enumerated() {
                let added = names[start..<min(start + 500, names.count)].map { TestDelta.entity($0) }
                try await sink.apply([TestDelta(added: added).entry(UInt64(index + 1))], provider: "github")
            }
            var refs: [String] = []
            for try await element in sink.catalog.digests(provider: "github") { refs.append(element.ref) }
            #expect(refs == names.map { "component:default/\($0)" }.sorted())
            for try await _ in sink.catalog.digests(provider: "nobody") { Issue.record("a digest of nobody") }
        }
    }

    @Test func anotherProcessReadsWhileItIsWritten() async throws {
        try await withTemporaryFile("catalog.db") { path in
            let sink = try SQLiteSink(path: path)
            let reader = try SQLiteCatalog(readingAt: path)
            #expect(try await reader.count() == 0)
            try await sink.apply([TestDelta.adding("a").entry(1)], provider: "github")
            #expect(try await reader.count() == 1)
        }
    }
}
