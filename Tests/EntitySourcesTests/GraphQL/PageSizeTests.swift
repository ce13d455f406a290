import Catalog
import Testing

@testable import EntitySources

@Suite struct PageSizeTests {
    @Test func itIsHalvedDownToOne() {
        var sizes: [Int] = []
        var size: PageSize? = PageSize(100)
        while let lowered = size?.lowered {
            sizes.append(lowered.current)
            size = lowered
        }
        #expect(sizes == [50, 25, 12, 6, 3, 1])
    }

    @Test("It rises by half after four pages in a row, up to what is configured, and all of it goes through a cursor")
    func itRisesAgain() throws {
        var size = try #require(PageSize(10).lowered?.lowered)
        var sizes: [Int] = []
        for _ in 0..<24 {
            sizes.append(size.current)
            var cursor: JSON = [:]
            size.next.store(in: &cursor)
            size = PageSize(10, storedIn: cursor)
        }
        #expect(sizes == [2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 6, 6, 6, 6, 9, 9, 9, 9, 10, 10, 10, 10])
    }

    @Test(arguments: [["first": 0], ["first": 11], ["first": "5"], [:]] as [JSON]) func whatIsNoSizeCountsAsNone(
        _ cursor: JSON
    ) {
        #expect(PageSize(10, storedIn: cursor) == PageSize(10))
    }
}
