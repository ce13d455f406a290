/// What the demo source holds at one moment. The first revision is the package index; each one after it differs from the
/// one before in a way that follows from its number alone.
package struct Revision: Sendable {
    /// From 1.
    package let number: Int
    /// One record for each package, in the order of names.
    package let packages: [PackageRecord]
    /// One for each address that looks after at least one package, in the order of ids. Of several names for
    /// one address, the one with most packages, and of those the first.
    package let maintainers: [Maintainer]

    let index: PackageIndex
    /// By the id of a maintainer, the positions of the packages that it looks after.
    private let owned: [String: [Int]]

    /// The first revision: the index as it was read.
    package init(_ index: PackageIndex) {
        self.init(number: 1, packages: index.packages, index: index)
    }

    private init(number: Int, packages: [PackageRecord], index: PackageIndex) {
        self.number = number
        self.packages = packages
        self.index = index
        maintainers = Self.maintainers(of: packages, in: index)
        owned = Self.owned(packages, in: index)
    }

    /// The positions of the packages that a maintainer looks after; nil for one who looks after none.
    func packages(of maintainer: String) -> [Int]? { owned[maintainer] }

    /// The revision after this one: of every hundred packages one is gone, one has a new version, and one has a copy under
    /// a new name, looked after by a team of its own.
    package func next() -> Revision {
        let number = number + 1
        let index = index.adding(Maintainer(field: "Tidemark Demonstration <demo@tidemark.invalid>"))
        let team = index.maintainers.count - 1
        // Which of a hundred differs between revisions, so that a third one does not only touch what the second did.
        let shift = 31 * (number - 2)
        let names = Set(packages.lazy.map(\.name))
        var following: [PackageRecord] = []
        following.reserveCapacity(packages.count + packages.count / 100)
        for (position, package) in packages.enumerated() {
            var package = package
            switch (position + shift) % 100 {
            case 17: continue
            case 42: package.version += "+tidemark\(number)"
            case 73:
                var copy = package
                copy.name += "-tidemark\(number)"
                copy.maintainer = team
                if !names.contains(copy.name) { following.append(copy) }
            default: break
            }
            following.append(package)
        }
        following.sort { $0.name < $1.name }
        return Revision(number: number, packages: following, index: index)
    }

    private static func owned(_ packages: [PackageRecord], in index: PackageIndex) -> [String: [Int]] {
        var positions = [[Int]](repeating: [], count: index.maintainers.count)
        for (position, package) in packages.enumerated() { positions[package.maintainer].append(position) }
        let owned = zip(index.maintainers, positions).filter { !$0.1.isEmpty }.map { ($0.id, $1) }
        // One address can have several names.
        return Dictionary(owned, uniquingKeysWith: { ($0 + $1).sorted() })
    }

    private static func maintainers(of packages: [PackageRecord], in index: PackageIndex) -> [Maintainer] {
        var counts = [Int](repeating: 0, count: index.maintainers.count)
        for package in packages { counts[package.maintainer] += 1 }
        var chosen: [String: (maintainer: Maintainer, count: Int)] = [:]
        for (maintainer, count) in zip(index.maintainers, counts) where count > 0 {
            if let other = chosen[maintainer.id],
                (other.count, maintainer.name) > (count, other.maintainer.name)
            {
                continue
            }
            chosen[maintainer.id] = (maintainer, count)
        }
        return chosen.values.map(\.maintainer).sorted { $0.id < $1.id }
    }
}

extension PackageIndex {
    /// The same index, with `maintainer` as its last maintainer.
    fileprivate func adding(_ maintainer: Maintainer) -> PackageIndex {
        guard maintainers.last != maintainer else { return self }
        return PackageIndex(
            origin: origin,
            packages: packages,
            maintainers: maintainers + [maintainer],
            members: members
        )
    }
}
