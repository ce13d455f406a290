import Catalog
import EntitySources
import Ingestion
import Redis
import TestSupport
import Testing

/// Cycles over pages that a server answers with 304 where they are as they were.
@Suite struct ConditionalCycleTests {
    private static let all = ["1:304", "2:304", "3:304", "4:304"]
    private static let names = ["a", "b", "c", "d", "e", "f", "g", "h"]

    @Test("a cycle of nothing but 304 publishes nothing, removes nothing and marks all; so does the one after it")
    func nothingHasChanged() async throws {
        try await ConditionalSite.with { site in
            try await site.runFirst()
            for _ in 0..<2 {
                #expect(try await site.run() == .init(answers: Self.all))
                let status = try await site.status()
                #expect(status.marked == 8 && status.known == 8)
                #expect(status.counts.unmodified == 4 && status.counts.pages == 4 && status.counts.unchanged == 8)
            }
        }
    }

    @Test(
        "of a page that has changed, what changed is published and what vanished is removed; the others are answered by 304"
    )
    func onePageHasChanged() async throws {
        try await ConditionalSite.with { site in
            try await site.runFirst()
            site.pages.list([["a", "b", "c"], ["d", "f=new", "i"], ["g", "h"]])
            #expect(
                try await site.run()
                    == .init(published: ["f=new", "i"], removed: ["e"], answers: ["1:304", "2:200", "3:304", "4:304"])
            )
            #expect(try await site.run() == .init(answers: Self.all))
        }
    }

    @Test("an entity that moved to another page stays, whichever of the two has changed for the server")
    func movedEntity() async throws {
        try await ConditionalSite.with { site in
            try await site.runFirst()
            site.pages.list([["a", "b"], ["c", "d", "e", "f"], ["g", "h"]])
            #expect(try await site.run() == .init(answers: ["1:200", "2:200", "3:304", "4:304"]))
        }
    }

    @Test("pages that come and go: the page that was the empty last one has records, and later has none again")
    func anotherPage() async throws {
        try await ConditionalSite.with { site in
            try await site.runFirst()
            site.pages.list(ConditionalSite.listed + [["x"]])
            let answers = ["1:304", "2:304", "3:304", "4:200", "5:200"]
            #expect(try await site.run() == .init(published: ["x"], answers: answers))
            site.pages.list(ConditionalSite.listed)
            #expect(try await site.run() == .init(removed: ["x"], answers: ["1:304", "2:304", "3:304", "4:200"]))
            let kept = site.engine.store.keys(of: ConditionalSite.name).validators
            #expect(try await site.engine.store.redis.call("HLEN", kept).int == 4)
        }
    }

    @Test("an entity on two pages is what the last of them says, in every cycle, and both are read in full")
    func duplicatesBetweenPages() async throws {
        try await ConditionalSite.with { site in
            site.pages.list([["a=one", "b"], ["a=two"]])
            _ = try await site.run()
            let cycle = try await site.run()
            #expect(cycle.published == ["a=one", "a=two"] && cycle.removed == [])
            #expect(cycle.answers.filter { $0 != "3:304" } == ["1:200", "1:304", "2:200", "2:304"])
            #expect(try await site.engine.catalog(of: "test")[TestSource.ref("a")]?["metadata"]?["title"] == "two")
        }
    }

    @Test(
        "a live event between two cycles is undone by a page that says otherwise, though the server answers 304 for it",
        arguments: [false, true]
    )
    func eventBetweenCycles(removes: Bool) async throws {
        try await ConditionalSite.with { site in
            try await site.runFirst()
            try await site.tell(added: removes ? nil : "e", removed: removes ? "e" : nil)
            let answers = ["1:304", "2:200", "2:304", "3:304", "4:304"]
            #expect(try await site.run() == .init(published: ["e"], answers: answers))
            #expect(try await site.run() == .init(answers: Self.all))
        }
    }

    @Test("what a live event added is swept by a cycle of nothing but 304: the source does not list it")
    func addedByEvent() async throws {
        try await ConditionalSite.with { site in
            try await site.runFirst()
            try await site.tell(added: "z")
            #expect(try await site.run() == .init(removed: ["z"], answers: Self.all))
        }
    }

    @Test("after a resync every page is read in full and published, and after a purge too")
    func resyncAndPurge() async throws {
        try await ConditionalSite.with { site in
            try await site.runFirst()
            let full = ConditionalSite.Cycle(published: Self.names, answers: ["1:200", "2:200", "3:200", "4:200"])
            try await site.engine.operations.resync("test")
            #expect(try await site.run() == full)
            #expect(try await site.run() == .init(answers: Self.all))
            try await site.engine.operations.purge("test", publish: false, locationKey: "test")
            let keys = try await site.engine.store.redis.call("KEYS", "*validators*").array ?? []
            #expect(keys.isEmpty)
            #expect(try await site.run() == full)
        }
    }

    @Test("digests that Redis has lost are asked for again, page by page")
    func lostDigests() async throws {
        try await ConditionalSite.with { site in
            try await site.runFirst()
            let digests = site.engine.store.keys(of: "test").digests
            _ = try await site.engine.store.redis.call("HDEL", digests, TestSource.ref("a"), TestSource.ref("h"))
            let answers = ["1:200", "1:304", "2:304", "3:200", "3:304", "4:304"]
            #expect(try await site.run() == .init(published: ["a", "h"], answers: answers))
        }
    }

    @Test("with another mapping, annotation or request every page is read in full")
    func anotherConfiguration() async throws {
        try await ConditionalSite.with { site in
            try await site.runFirst()
            let mapped = try site.changed(configure: {
                $0.entity = ($0.entity ?? "") + #"| .metadata.title = "T""#
            })
            let full = ["1:200", "2:200", "3:200", "4:200"]
            #expect(try await mapped.run() == .init(published: Self.names.map { $0 + "=T" }, answers: full))
            #expect(try await mapped.run() == .init(answers: Self.all))
            #expect(try await site.run() == .init(published: Self.names, answers: full))
            let annotated = try site.changed({ $0.annotationKey = "example.com/provider" })
            #expect(try await annotated.run() == .init(published: Self.names, answers: full))
            let asked = try annotated.changed(
                { $0.annotationKey = "example.com/provider" },
                configure: { $0.query = ["per_page": 3] }
            )
            #expect(try await asked.run() == .init(answers: full))
        }
    }

    @Test("a page with an entity that is refused, or that is twice on it, is read in full in every cycle and counted")
    func refusedEntities() async throws {
        try await ConditionalSite.with { site in
            site.pages.list([["a", "not valid!"], ["b=one", "b=two"], ["c"]])
            for _ in 0..<2 { _ = try await site.run() }
            let cycle = try await site.run()
            #expect(cycle.answers == ["1:200", "2:200", "3:304", "4:304"])
            let counts = try await site.status().counts
            #expect(counts.rejected == 1 && counts.duplicates == 1 && counts.unmodified == 2)
        }
    }

    @Test("where all is published in every cycle, bodies are needed, and no page is asked for conditionally")
    func publishAll() async throws {
        try await ConditionalSite.with({ $0.publish = .all }) { site in
            try await site.runFirst()
            #expect(
                try await site.run() == .init(published: Self.names, answers: ["1:200", "2:200", "3:200", "4:200"])
            )
        }
    }

    @Test("a server that gives no ETag any more is read in full")
    func noValidatorsAnyMore() async throws {
        try await ConditionalSite.with { site in
            try await site.runFirst()
            site.pages.fallSilent()
            for _ in 0..<2 {
                #expect(try await site.run() == .init(answers: ["1:200", "2:200", "3:200", "4:200"]))
            }
            let keys = try await site.engine.store.redis.call("KEYS", "*:validators").array ?? []
            #expect(keys.isEmpty)
        }
    }
}
