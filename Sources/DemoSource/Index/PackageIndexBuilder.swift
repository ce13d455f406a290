internal import Catalog

/// Takes paragraphs as they are read and keeps what is served of them.
///
/// A package may be listed more than once, in several versions or for several architectures: the first that apt prints
/// is the one that is kept.
struct PackageIndexBuilder: ~Copyable {
    private var packages: [PackageRecord] = []
    private var names: Set<String> = []
    private var maintainers: [Maintainer] = []
    private var maintainerIndexes: [String: Int] = [:]
    private var members = JSONWriter(capacity: 1 << 20)

    mutating func add(_ paragraph: DebianParagraph) {
        guard let name = paragraph[.package], !name.isEmpty, names.insert(name).inserted else { return }
        let start = members.count
        appendMembers(of: paragraph, named: name)
        packages.append(
            PackageRecord(
                name: name,
                version: paragraph[.version] ?? "0",
                maintainer: maintainer(paragraph[.maintainer] ?? "Unknown <unknown@debian.invalid>"),
                members: start..<members.count
            )
        )
    }

    consuming func finish(origin: PackageIndex.Origin) -> PackageIndex {
        packages.sort { $0.name < $1.name }
        return PackageIndex(origin: origin, packages: packages, maintainers: maintainers, members: members.bytes)
    }

    private mutating func maintainer(_ field: String) -> Int {
        if let index = maintainerIndexes[field] { return index }
        let maintainer = Maintainer(field: field)
        let index = maintainers.firstIndex(of: maintainer) ?? maintainers.count
        if index == maintainers.count { maintainers.append(maintainer) }
        maintainerIndexes[field] = index
        return index
    }

    private mutating func appendMembers(of paragraph: DebianParagraph, named name: String) {
        members.append("\"architecture\":")
        members.append(string: paragraph[.architecture] ?? "all")
        members.append(",\"section\":")
        members.append(string: paragraph[.section] ?? "misc")
        members.append(",\"priority\":")
        members.append(string: paragraph[.priority] ?? "optional")
        members.append(",\"source\":")
        // `Source: name (version)` where the two versions differ; none where the two names are the same.
        members.append(string: String((paragraph[.source] ?? name).prefix { $0 != " " }))
        members.append(",\"homepage\":")
        if let homepage = paragraph[.homepage], !homepage.isEmpty {
            members.append(string: homepage)
        } else {
            members.append("null")
        }
        members.append(",\"installed_kib\":")
        members.append(paragraph[.installedSize].flatMap { Int64($0) } ?? 0)
        members.append(",\"summary\":")
        members.append(string: String((paragraph[.description] ?? "").prefix { $0 != "\n" }))
        members.append(",\"depends\":")
        let depends = [paragraph[.preDepends], paragraph[.depends]].compactMap(\.self).joined(separator: ",")
        members.append(strings: Dependencies.names(in: depends))
        members.append(",\"tags\":")
        let tags = (paragraph[.tag] ?? "").split { $0 == "," || $0.isWhitespace }
        members.append(strings: tags.lazy.map(String.init))
    }
}
