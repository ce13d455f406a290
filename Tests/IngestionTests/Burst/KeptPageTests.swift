import Catalog
import TestSupport
import Testing

@testable import Ingestion

@Suite struct KeptPageTests {
    private let provider = Provider(name: "test", source: TestSource(names: [String]()))

    private func prepared(_ names: [String], validator: JSON = ["etag": "a"], _ provider: Provider? = nil) throws
        -> PreparedPage
    {
        var page = Page(entities: names.map { TestSource.entity($0) }, next: [["page": 2], ["page": 3]])
        page.validator = validator
        return try PreparedPage(page, at: ["page": 1], of: provider ?? self.provider, events: 0)
    }

    @Test(
        "a record gives back the validator, the cursors and the refs, and knows the digests of the page's entities alone"
    )
    func record() throws {
        let page = try prepared(["b", "a", "b-c", "a.b"])
        let record = try #require(page.keeping?.record)
        let kept = try #require(KeptPage(record, of: provider))
        #expect(kept.validator == ["etag": "a"] && kept.next == [["page": 2], ["page": 3]])
        #expect(kept.refs.map(\.string) == ["a", "a.b", "b", "b-c"].map(TestSource.ref))
        let digests = page.entities.sorted { $0.ref < $1.ref }.map(\.digest.bytes)
        #expect(kept.has(digests))
        #expect(!kept.has(digests.reversed()) && !kept.has(Array(digests.dropLast())) && !kept.has([]))
    }

    @Test("U12: a record that was read and is written again is the same, byte for byte")
    func roundTrip() throws {
        let record = try #require(try prepared(["b", "a"]).keeping?.record)
        #expect(KeptPage(record, of: provider)?.record(of: provider) == record)
    }

    @Test("a record that a provider wrote which makes other entities of the same page is none")
    func anotherShape() throws {
        let record = try #require(try prepared(["a"]).keeping?.record)
        var annotated = provider
        annotated.annotationKey = "example.com/provider"
        #expect(KeptPage(record, of: annotated) == nil)
        var located = provider
        located.managedByLocation = "url:https://example.com"
        #expect(KeptPage(record, of: located) == nil)
    }

    @Test("a record with something else in a place of its own is none")
    func spoiled() throws {
        let text = try #require(try prepared(["a"]).keeping?.record)
        let record = try JSON(parsing: text)
        for (member, value) in [
            ("refs", ["component:default/": ["not valid!"]]), ("refs", ["component:default/": [1]]), ("refs", []),
            ("next", "page"), ("digest", "no digits"), ("digest", 1), ("for", nil), ("validator", nil),
        ] as [(String, JSON?)] {
            var spoiled = record
            spoiled[member] = value
            #expect(KeptPage(spoiled.bytes, of: provider) == nil, "\(member): \(value ?? "none")")
        }
    }

    @Test(
        "a page is not kept whose record would be large, has a secret in it, or is of entities that are always published"
    )
    func notKept() throws {
        #expect(try prepared((0..<5_000).map { "service-\($0)" }).keeping != nil)
        #expect(try prepared((0..<5_000).map { "service-\($0)-" + String(repeating: "x", count: 50) }).keeping == nil)
        var secretive = provider
        secretive.secrets = Secrets(["super-secret-token"])
        #expect(try prepared(["a"], validator: "super-secret-token", secretive).keeping == nil)
        var publishing = provider
        publishing.publish = .all
        #expect(try prepared(["a"], publishing).keeping == nil)
    }

    @Test("a page of a kept record marks without bodies, and leads where it led")
    func asKept() throws {
        let page = try prepared(["a"])
        let record = try #require(page.keeping?.record)
        let kept = try #require(KeptPage(record, of: provider))
        let again = try PreparedPage(kept, page.entities, at: ["page": 1], of: provider, events: 7)
        #expect(again.isAsKept && !page.isAsKept && again.next == page.next && again.events == 7)
        #expect(again.keeping?.page == page.keeping?.page)
        #expect(throws: SourceError.self) {
            // It is checked as any page's are.
            try PreparedPage(kept, page.entities, at: ["page": 2], of: provider, events: 7)
        }
    }
}
