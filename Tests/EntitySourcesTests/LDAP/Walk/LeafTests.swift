import Catalog
import Testing

@testable import EntitySources

@Suite struct LeafTests {
    private let key = LeafKey("entryUUID")

    @Test func filters() {
        let search = "(objectClass=person)"
        #expect(Leaf.whole.filter(within: search, key) == search)
        #expect(Leaf.keyless.filter(within: search, key) == "(&(objectClass=person)(!(entryUUID=*)))")
        #expect(
            Leaf.range(from: "1", to: "2").filter(within: search, key)
                == "(&(objectClass=person)(entryUUID>=1)(entryUUID<=2))"
        )
        #expect(
            Leaf.range(from: "0aff", to: nil).filter(within: search, LeafKey("objectGUID"))
                == "(&(objectClass=person)(objectGUID>=\\0a\\ff))"
        )
    }

    @Test("a leaf that is cut has the same entries as its parts, whatever the order of the cuts is at the server")
    func parts() {
        #expect(
            Leaf.whole.cut(at: ["5", "3"], key)
                == [.range(from: nil, to: "3"), .range(from: "3", to: "5"), .range(from: "5", to: nil), .keyless]
        )
        #expect(
            Leaf.range(from: "3", to: "5").cut(at: ["4"], key)
                == [.range(from: "3", to: "4"), .range(from: "4", to: "5")]
        )
        // A part is narrower than the whole, or there is none.
        #expect(Leaf.range(from: "3", to: "5").cut(at: ["3", "5"], key) == [])
        #expect(Leaf.keyless.cut(at: ["4"], key) == [])
    }

    @Test func leavesSurviveJSON() {
        for leaf in [Leaf.whole, .keyless, .range(from: "a", to: nil), .range(from: nil, to: nil)] {
            #expect(Leaf(leaf.json) == leaf)
        }
        #expect(Leaf(["a"]) == nil)
    }

    @Test("keys that came in no order are cut in quarters; those that came in order behind the last")
    func cuts() {
        let keys = (0..<1_000).map { String(10_000 + $0 * 617 % 1_000) }
        var sample = LeafSample()
        sample.add(keys, key)
        #expect(sample.cutsAtLimit(key) == ["10249", "10499", "10749"])
        var ordered = LeafSample()
        ordered.add(keys.sorted(), key)
        #expect(Set(ordered.cutsAtLimit(key)) == ["10999"])
        #expect(Set(ordered.cutsAtPause(key)) == ["10249", "10499", "10749", "10999"])
    }

    @Test func aSampleStaysSmall() {
        var sample = LeafSample()
        sample.add((0..<100_000).map { String(100_000 + $0 * 61_803 % 100_000) }, key)
        #expect(sample.count == 100_000)
        let cuts = sample.cutsAtLimit(key).compactMap(Int.init)
        for (cut, quarter) in zip(cuts, [125_000, 150_000, 175_000]) { #expect(abs(cut - quarter) < 5_000) }
    }
}
