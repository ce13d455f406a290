package import Logging

/// All packages of a Debian package list, as they are served: the first revision of the demo source.
///
/// Held compactly, because it is served from the process that runs the demo: a name, a version, and ready JSON for the
/// rest, about 600 bytes a package.
package struct PackageIndex: Sendable {
    /// Where the packages are from.
    package enum Origin: Sendable, Hashable, CustomStringConvertible {
        /// `apt-cache dumpavail` of this machine.
        case apt
        /// The generator, and why.
        case generated(reason: String)

        package var description: String {
            switch self {
            case .apt: "this machine's Debian package index"
            case .generated(let reason): "a generated package index, because \(reason)"
            }
        }
    }

    /// Where the packages are from.
    package let origin: Origin
    /// One record for each distinct name, in the order of names.
    package let packages: [PackageRecord]
    /// Distinct pairs of name and address; several pairs may share an address, and so an id.
    let maintainers: [Maintainer]
    /// The JSON members of every package, one after the other: `"architecture":"all",…`.
    let members: [UInt8]

    /// Reads this machine's index, or generates one where there is none to read.
    package static func load(logger: Logger) async throws -> PackageIndex {
        try await load(from: AptCache(), logger: logger)
    }

    static func load(from apt: AptCache, orGenerate count: Int = 60_000, logger: Logger) async throws -> PackageIndex {
        var builder = PackageIndexBuilder()
        do {
            try await apt.forEachParagraph { builder.add($0) }
            return builder.finish(origin: .apt)
        } catch let unavailable as AptCache.Unavailable {
            logger.notice("serving generated packages: \(unavailable)")
            return generated(count: count, reason: unavailable.description)
        }
    }

    /// A deterministic index of the same shape: the same count gives the same packages, everywhere.
    package static func generated(count: Int, reason: String) -> PackageIndex {
        var builder = PackageIndexBuilder()
        var generator = PackageGenerator()
        for number in 0..<count { builder.add(generator.paragraph(number)) }
        return builder.finish(origin: .generated(reason: reason))
    }
}
