/// A catalog held against the source: which records only one of them has, and which differ.
package struct Comparison: Sendable, Hashable {
    /// In the source, not in the catalog; sorted.
    package let missing: [String]
    /// In the catalog, not in the source; sorted.
    package let extra: [String]
    /// In both, with another value; sorted.
    package let different: [String]

    /// Neither missing, nor extra, nor different.
    package var isEqual: Bool { missing.isEmpty && extra.isEmpty && different.isEmpty }

    /// Compares key by key: ``Revision/packageVersions`` or ``Revision/maintainerNames`` with what a catalog has.
    package init(source: [String: String], catalog: [String: String]) {
        missing = source.keys.filter { catalog[$0] == nil }.sorted()
        extra = catalog.keys.filter { source[$0] == nil }.sorted()
        different = source.filter { key, value in catalog[key].map { $0 != value } ?? false }.keys.sorted()
    }
}

extension Revision {
    /// The version of each package by its name.
    package var packageVersions: [String: String] {
        Dictionary(uniqueKeysWithValues: packages.lazy.map { ($0.name, $0.version) })
    }

    /// The name of each maintainer by the id.
    package var maintainerNames: [String: String] {
        Dictionary(uniqueKeysWithValues: maintainers.lazy.map { ($0.id, $0.name) })
    }
}
