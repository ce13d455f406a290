import Catalog
import Ingestion
import Testing

@testable import TidemarkCommands

@Suite struct PageWalkTests {
    private func page(_ entities: Int, _ next: JSON...) throws -> PreparedPage {
        let texts = (0..<entities).map { JSONText(bytes: Array(#"{"number":\#($0)}"#.utf8)) }
        return try PreparedPage(
            Page(entities: texts, next: next),
            at: nil,
            of: Provider(name: "a", source: NoSource()),
            events: 0
        )
    }

    /// The cursors in the order in which they are read.
    private func walk(_ pages: Int, _ source: [String: PreparedPage]) -> [String] {
        var walk = PageWalk(pages: pages)
        var read: [String] = []
        while let cursor = walk.next(), let page = source[cursor?.string ?? "start"] {
            read.append(cursor?.string ?? "start")
            walk.take(page)
        }
        return read
    }

    @Test func aForkIsFollowedDownItsFirstChainThenTheNext() throws {
        let source = [
            "start": try page(1, "a", "b"), "a": try page(1, "a2"), "a2": try page(0), "b": try page(1, "b2"),
            "b2": try page(1),
        ]
        #expect(walk(3, source) == ["start", "a", "a2"])
        #expect(walk(9, source) == ["start", "a", "a2", "b", "b2"])
    }

    @Test("Pages without entities are passed over on the way to the first, and count after it")
    func emptyPagesArePassedOver() throws {
        let source = [
            "start": try page(0, "a", "b"), "a": try page(0), "b": try page(1, "b2"), "b2": try page(0, "b3"),
            "b3": try page(1),
        ]
        #expect(walk(1, source) == ["start", "a", "b"])
        #expect(walk(2, source) == ["start", "a", "b", "b2"])
    }

    @Test func aSourceWithoutEntitiesIsNotReadForEver() throws {
        var walk = PageWalk(pages: 2)
        var read = 0
        while walk.next() != nil {
            read += 1
            walk.take(try page(0, .integer(Int64(read))))
        }
        #expect(read == PageWalk.mostPassedOver + 2)
    }
}
