internal import Catalog

/// One entry as the mapping sees it: the text of a JSON object, and the entry's own id.
struct EntryRecord: Sendable, Hashable {
    /// Of the key; the name of an entry that has none.
    var id: String
    var dn: String
    var text: JSONText
}

/// Writes entries as the mapping sees them.
struct EntryRecordWriter: ~Copyable {
    let search: SearchPlan
    let key: LeafKey
    /// The refs of the entries that the names in entries mean.
    let refs: [String: String]
    private var writer = JSONWriter()

    init(search: SearchPlan, key: LeafKey, refs: [String: String]) {
        (self.search, self.key, self.refs) = (search, key, refs)
    }

    mutating func record(of entry: DirectoryEntry) -> EntryRecord {
        let id = key.id(of: entry)
        let first = DistinguishedName.first(of: entry.dn)
        writer.clear()
        writer.append("{")
        member("dn", entry.dn, isFirst: true)
        member("rdn", first?.rdn)
        member("id", id)
        member("name", search.entityName(of: entry, id: id ?? entry.dn))
        member("search", search.kind.rawValue)
        if let members = search.members { list("members", refs(in: entry.values(of: members))) }
        list("memberOf", refs(in: entry.values(of: search.memberOf)))
        writer.append(",\"attributes\":{")
        for (index, attribute) in entry.attributes.enumerated() {
            if index > 0 { writer.append(",") }
            writer.append(string: search.values.spelling(of: attribute.name))
            writer.append(":[")
            for (index, value) in attribute.values.enumerated() {
                if index > 0 { writer.append(",") }
                writer.append(string: search.values.text(of: value, in: attribute.name))
            }
            writer.append("]")
        }
        writer.append("}}")
        return EntryRecord(
            // An entry's name is its own too, for as long as it has it.
            id: id.flatMap { 1...1_000 ~= $0.utf8.count ? $0 : nil } ?? "dn:\(EntryName.hash(of: entry.dn))",
            dn: entry.dn,
            text: JSONText(bytes: writer.bytes)
        )
    }

    private func refs(in values: [[UInt8]]) -> [String] {
        var seen: Set<String> = []
        return values.compactMap { value in
            guard let ref = refs[String(decoding: value, as: UTF8.self)], seen.insert(ref).inserted else { return nil }
            return ref
        }
    }

    private mutating func member(_ name: String, _ value: String?, isFirst: Bool = false) {
        if !isFirst { writer.append(",") }
        writer.append(string: name)
        writer.append(":")
        if let value { writer.append(string: value) } else { writer.append("null") }
    }

    private mutating func list(_ name: String, _ values: [String]) {
        writer.append(",")
        writer.append(string: name)
        writer.append(":[")
        for (index, value) in values.enumerated() {
            if index > 0 { writer.append(",") }
            writer.append(string: value)
        }
        writer.append("]")
    }
}

extension SearchPlan {
    /// The name of an entry's entity: after the configured attribute, or after the entry's own name where it has none.
    func entityName(of entry: DirectoryEntry, id: String) -> String {
        let value = entry.text(of: name) ?? DistinguishedName.first(of: entry.dn)?.value ?? entry.dn
        return EntryName.make(of: value, id: id)
    }
}
