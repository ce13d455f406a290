import Catalog
import Testing

@testable import DemoSource

@Suite("What differs between two revisions")
struct DifferenceTests {
    @Test(
        "Counts of two lists in the order of their keys",
        arguments: [
            ("", "", Difference.Counts()),
            ("a1 b1", "", .init(removed: 2)),
            ("", "a1 b1", .init(added: 2)),
            ("a1 b1 c1", "a1 b2 d1", .init(added: 1, changed: 1, removed: 1, unchanged: 1)),
            ("b1 c1", "a1 b1 c1 d1", .init(added: 2, unchanged: 2)),
        ]
    )
    func counts(old: String, new: String, counts: Difference.Counts) {
        let (before, after) = (old.split(separator: " "), new.split(separator: " "))
        #expect(Difference.Counts(from: before, to: after, key: { String($0.prefix(1)) }, isSame: ==) == counts)
    }

    @Test("The counts are those of the records as they are served", arguments: [1, 99, 100, 101, 2_500])
    func served(count: Int) {
        let first = Revision(PackageIndex.generated(count: count, reason: "of a test"))
        let second = first.next()
        let difference = Difference(from: first, to: second)
        for (list, counts) in [(RecordList.packages, difference.packages), (.maintainers, difference.maintainers)] {
            let (before, after) = (records(first, list), records(second, list))
            let same = before.filter { key, value in after[key] == value }.count
            let common = before.keys.filter { after[$0] != nil }.count
            #expect(counts.unchanged == same)
            #expect(counts.changed == common - same)
            #expect(counts.removed == before.count - common)
            #expect(counts.added == after.count - common)
        }
    }

    /// The text of each record, by its name or id.
    private func records(_ revision: Revision, _ list: RecordList) -> [String: String] {
        let keys = list == .packages ? revision.packages.map(\.name) : revision.maintainers.map(\.id)
        return Dictionary(
            uniqueKeysWithValues: keys.enumerated().map { position, key in
                var json = JSONWriter()
                revision.append(list, at: position, to: &json)
                return (key, String(decoding: json.bytes, as: UTF8.self))
            }
        )
    }
}
