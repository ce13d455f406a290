import Catalog
import DemoSource
import Testing

@testable import TidemarkCommands

@Suite struct DemoCycleTests {
    private func part(_ catalog: [String: String], _ found: Difference.Counts) -> DemoCycle.Part {
        DemoCycle.Part(
            name: "packages",
            inSource: 3,
            inCatalog: catalog.count,
            expected: Difference.Counts(added: 1, changed: 0, removed: 0, unchanged: 2),
            found: found,
            comparison: Comparison(source: ["a": "1", "b": "1", "c": "1"], catalog: catalog)
        )
    }

    @Test func equal() {
        let counts = Difference.Counts(added: 1, changed: 0, removed: 0, unchanged: 2)
        let cycle = DemoCycle(number: 2, parts: [part(["a": "1", "b": "1", "c": "1"], counts)], pages: 4, seconds: 2)
        #expect(cycle.isEqual)
        #expect(
            cycle.lines(width: nil, style: .plain).joined(separator: "\n") == """
                                   TOTAL  ADDED  CHANGED  REMOVED  UNCHANGED
                packages  source       3      1        0        0          2
                          catalog      3      1        0        0          2  equal
                4 pages in 2.0s, 1.5/s
                """
        )
        #expect(cycle.json["equal"] == true)
    }

    @Test("A difference is told, by count and by content")
    func different() {
        let counts = Difference.Counts(added: 1, changed: 0, removed: 0, unchanged: 1)
        let cycle = DemoCycle(number: 2, parts: [part(["a": "1", "b": "2", "x": "1"], counts)], pages: 4, seconds: 2)
        #expect(!cycle.isEqual)
        let text = cycle.lines(width: nil, style: .plain).joined(separator: "\n")
        #expect(text.contains("different"))
        #expect(text.contains("packages: 1 missing: c"))
        #expect(text.contains("packages: 1 extra: x"))
        #expect(text.contains("packages: 1 different: b"))
    }

    @Test func wrongCountsAreADifferenceToo() {
        let counts = Difference.Counts(added: 2, changed: 0, removed: 0, unchanged: 1)
        #expect(!part(["a": "1", "b": "1", "c": "1"], counts).isEqual)
    }
}
