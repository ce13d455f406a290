import Testing

@testable import DemoSource

@Suite("Revisions")
struct RevisionTests {
    static let first = Revision(PackageIndex.generated(count: 1_000, reason: "of a test"))

    @Test("The second revision lacks one in a hundred, has one new, and one of another version")
    func second() {
        let (first, second) = (Self.first, Self.first.next())
        let (before, after) = (first.packageVersions, second.packageVersions)
        #expect(second.number == 2)
        #expect(Set(before.keys).subtracting(after.keys).count == 10)
        let new = Set(after.keys).subtracting(before.keys)
        #expect(new.count == 10)
        #expect(new.allSatisfy { $0.hasSuffix("-tidemark2") && before[String($0.dropLast(10))] != nil })
        #expect(
            before.filter { name, version in after[name].map { $0 == version + "+tidemark2" } ?? false }.count == 10
        )
        #expect(second.packages.map(\.name) == second.packages.map(\.name).sorted())
        #expect(second.maintainers.contains { $0.email == "demo@tidemark.invalid" })
    }

    @Test("Revisions go on, each by itself the same every time")
    func further() {
        var revision = Self.first
        for number in 2...6 {
            let next = revision.next()
            #expect(next.number == number)
            #expect(next.packageVersions == revision.next().packageVersions)
            #expect(Set(next.packages.map(\.name)).count == next.packages.count)
            let counts = Difference(from: revision, to: next).packages
            #expect(counts.added > 0 && counts.changed > 0 && counts.removed > 0)
            revision = next
        }
    }

    @Test("Of several names for one address, the one with most packages is served, then the first")
    func names() {
        let fields = ["B <x@y.org>", "C <x@y.org>", "C <x@y.org>", "D <z@y.org>", "A <z@y.org>"]
        let revision = Revision(index(maintainers: fields))
        #expect(revision.maintainers.map(\.name) == ["C", "A"])
    }

    @Test("A maintainer who looks after nothing any more is gone")
    func gone() throws {
        // Of a hundred packages, the one at position 17 is gone in the second revision.
        let fields = (0..<100).map { $0 == 17 ? "Gone <gone@y.org>" : "Stays <stays@y.org>" }
        let first = Revision(index(maintainers: fields))
        let second = first.next()
        #expect(first.maintainers.map(\.name) == ["Gone", "Stays"])
        #expect(second.maintainers.map(\.name) == ["Tidemark Demonstration", "Stays"])
        let difference = Difference(from: first, to: second)
        #expect(difference.maintainers == .init(added: 1, changed: 0, removed: 1, unchanged: 1))
        #expect(difference.packages == .init(added: 1, changed: 1, removed: 1, unchanged: 98))
    }

    /// One package for each maintainer, in this order.
    private func index(maintainers: [String]) -> PackageIndex {
        var builder = PackageIndexBuilder()
        for (number, maintainer) in maintainers.enumerated() {
            builder.add([.package: "package-\(1_000 + number)", .version: "1", .maintainer: maintainer])
        }
        return builder.finish(origin: .apt)
    }
}
