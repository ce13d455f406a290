import Catalog
import TestSupport
import Testing

@testable import Ingestion

@Suite struct PreparedPageTests {
    private let provider = Provider(name: "test", source: TestSource(names: [String]()))

    @Test("U8: one invalid entity is rejected alone, with its reason and its ref")
    func oneInvalidEntity() throws {
        let page = Page(entities: [
            TestSource.entity("a"),
            JSONText(#"{"apiVersion":"v1","kind":"Component","metadata":{"name":"b","tags":["Not Valid"]}}"#),
            JSONText("{"),
            TestSource.entity("c"),
        ])
        let prepared = try PreparedPage(page, at: nil, of: provider, events: 0)
        #expect(prepared.entities.map(\.ref.string) == ["a", "c"].map(TestSource.ref))
        #expect(prepared.rejected.count == 2)
        #expect(prepared.rejected[0].ref?.string == "component:default/b")
        #expect(prepared.rejected[0].reason.contains("tags"))
    }

    @Test("of two entities with one ref the last wins, and it is counted")
    func duplicates() throws {
        let page = Page(entities: [
            TestSource.entity("a", title: "first"), TestSource.entity("b"), TestSource.entity("A", title: "last"),
        ])
        let prepared = try PreparedPage(page, at: nil, of: provider, events: 0)
        #expect(prepared.duplicates == 1)
        #expect(prepared.entities.count == 2)
        let body = try JSON(parsing: prepared.entities[0].body)
        #expect(body["metadata"]?["title"] == "last")
    }

    @Test("every entity carries the provider's annotation and a location")
    func annotations() throws {
        let prepared = try PreparedPage(Page(entities: [TestSource.entity("a")]), at: nil, of: provider, events: 0)
        let annotations = try JSON(parsing: prepared.entities[0].body)["metadata"]?["annotations"]
        #expect(annotations?["frontside.com/incremental-entity-provider"] == "test")
        #expect(annotations?["backstage.io/managed-by-location"] == "url:tidemark://test")
        #expect(annotations?["backstage.io/managed-by-origin-location"] == "url:tidemark://test")
    }

    @Test("a page that names its own cursor again fails with that reason")
    func ownCursor() {
        let cursor: JSON = ["b": 1, "a": [1, 2.5]]
        let error = #expect(throws: SourceError.self) {
            try PreparedPage(
                Page(entities: [], next: [["a": [1, 2.5], "b": 1]]),
                at: cursor,
                of: provider,
                events: 0
            )
        }
        #expect(error?.code == .invalidPage)
        #expect(error?.message.contains("its own cursor") == true)
    }

    @Test("U12: a cursor that could not be resumed is refused when it is named, not when it is due")
    func cursorThatCannotBeRead() {
        var deep: JSON = 1
        for _ in 0..<200 { deep = .array([deep]) }
        let error = #expect(throws: SourceError.self) {
            try PreparedPage(Page(entities: [], next: [deep]), at: nil, of: provider, events: 0)
        }
        #expect(error?.code == .invalidPage)
    }

    @Test("I5: a cursor is a place to go on from, not a state that grows")
    func largeCursors() {
        let one = Page(entities: [], next: [.string(String(repeating: "x", count: 300_000))])
        let many = Page(entities: [], next: (0..<100).map { .string("\($0)" + String(repeating: "x", count: 200_000)) })
        for page in [one, many] {
            let error = #expect(throws: SourceError.self) {
                try PreparedPage(page, at: nil, of: .test("test", TestSource(names: [])), events: 0)
            }
            #expect(error?.code == .limitExceeded)
        }
    }

    @Test("a page forks into at most 1,000 chains")
    func mostChains() throws {
        let next = (0...1_000).map { JSON.integer(Int64($0)) }
        #expect(throws: SourceError.self) {
            try PreparedPage(Page(entities: [], next: next), at: nil, of: provider, events: 0)
        }
        _ = try PreparedPage(Page(entities: [], next: Array(next.dropLast())), at: nil, of: provider, events: 0)
    }
}
