/// Takes paragraphs as they are read and keeps what is served of them.
///
/// A package may be listed more than once, in several versions or for several architectures: the first that apt prints
/// is the one that is kept.
struct PackageIndexBuilder {
    private var packages: [PackageRecord] = []
    private var names: Set<String> = []
    private var maintainers: [Maintainer] = []
    private var maintainerIndexes: [String: Int] = [:]
    private var members: [UInt8] = []

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
        return PackageIndex(origin: origin, packages: packages, maintainers: maintainers, members: members)
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
        members.append(json: "\"architecture\":")
        members.append(quoted: paragraph[.architecture] ?? "all")
        members.append(json: ",\"section\":")
        members.append(quoted: paragraph[.section] ?? "misc")
        members.append(json: ",\"priority\":")
        members.append(quoted: paragraph[.priority] ?? "optional")
        members.append(json: ",\"source\":")
        // `Source: name (version)` where the two versions differ; none where the two names are the same.
        members.append(quoted: String((paragraph[.source] ?? name).prefix { $0 != " " }))
        members.append(json: ",\"homepage\":")
        if let homepage = paragraph[.homepage], !homepage.isEmpty {
            members.append(quoted: homepage)
        } else {
            members.append(json: "null")
        }
        members.append(json: ",\"installed_kib\":")
        members.append(contentsOf: String(paragraph[.installedSize].flatMap { Int($0) } ?? 0).utf8)
        members.append(json: ",\"summary\":")
        members.append(quoted: String((paragraph[.description] ?? "").prefix { $0 != "\n" }))
        members.append(json: ",\"depends\":")
        let depends = [paragraph[.preDepends], paragraph[.depends]].compactMap(\.self).joined(separator: ",")
        members.append(quoted: Dependencies.names(in: depends))
        members.append(json: ",\"tags\":")
        let tags = (paragraph[.tag] ?? "").split { $0 == "," || $0.isWhitespace }
        members.append(quoted: tags.lazy.map(String.init))
    }
}
