/// A package in a revision: what revisions change is a value, everything else is a range of shared JSON.
package struct PackageRecord: Sendable {
    /// The Debian package name: `[a-z0-9+.-]+`, of any length.
    package internal(set) var name: String
    /// The Debian version.
    package internal(set) var version: String
    /// Index into the maintainers of the ``PackageIndex``.
    var maintainer: Int
    /// Where the members after `maintainer` stand in the text of the ``PackageIndex``.
    var members: Range<Int>
}
