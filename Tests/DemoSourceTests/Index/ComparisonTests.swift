import Testing

@testable import DemoSource

@Suite("A catalog held against the source")
struct ComparisonTests {
    @Test("Missing, extra and different records are named")
    func compare() {
        let comparison = Comparison(
            source: ["same": "1", "other": "1", "missing-b": "1", "missing-a": "1"],
            catalog: ["same": "1", "other": "2", "extra": "1"]
        )
        #expect(comparison.missing == ["missing-a", "missing-b"])
        #expect(comparison.extra == ["extra"])
        #expect(comparison.different == ["other"])
        #expect(!comparison.isEqual)
    }

    @Test("A revision equals itself, and not the next")
    func revisions() {
        let first = Revision(PackageIndex.generated(count: 300, reason: "of a test"))
        let second = first.next()
        #expect(Comparison(source: first.packageVersions, catalog: first.packageVersions).isEqual)
        #expect(Comparison(source: first.maintainerNames, catalog: first.maintainerNames).isEqual)
        let comparison = Comparison(source: second.packageVersions, catalog: first.packageVersions)
        let counts = Difference(from: first, to: second).packages
        #expect(comparison.missing.count == counts.added)
        #expect(comparison.extra.count == counts.removed)
        #expect(comparison.different.count == counts.changed)
    }
}
