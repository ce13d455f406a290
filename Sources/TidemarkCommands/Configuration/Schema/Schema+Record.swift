internal import Catalog

extension Schema {
    /// A mapping with known keys; any other is an error.
    ///
    /// `initial` is the record before any key was read. Where a key is required it holds a stand-in that nobody sees: a
    /// file with a problem gives no configuration.
    static func record(
        _ initial: @escaping @Sendable () -> Value,
        _ fields: [Field<Value>],
        check: @escaping @Sendable (Value) -> Finding? = { _ in nil }
    ) -> Schema {
        let required = fields.filter(\.isRequired).map(\.name)
        var json: [String: JSON] = [
            "type": "object", "additionalProperties": false,
            "properties": .object(Dictionary(uniqueKeysWithValues: fields.map { ($0.name, $0.json) })),
        ]
        if !required.isEmpty { json["required"] = .array(required.map(JSON.string)) }

        return Schema(json: .object(json), allowsEmpty: required.isEmpty) { node, path, decoding in
            guard let entries = node.entries(at: path, example: fields.first?.name, &decoding) else { return nil }
            var record = initial()
            var misspelt = Set<String>()
            let problemsBefore = decoding.problems.count
            for entry in entries {
                let entryPath = path.appending(key: entry.key)
                if let field = fields.first(where: { $0.name == entry.key }) {
                    field.decode(entry.value, entryPath, &decoding, &record)
                } else {
                    let meant = decoding.reportUnknown(entry, among: fields.map(\.name), at: entryPath)
                    misspelt.formUnion(meant.map { [$0] } ?? [])
                }
            }
            for name in required where !misspelt.contains(name) && !entries.contains(where: { $0.key == name }) {
                decoding.report("the key `\(name)` is missing", at: node.place, path)
            }
            if decoding.problems.count == problemsBefore, let finding = check(record) {
                decoding.report(finding.message, at: node.place, path, mend: finding.mend)
            }
            return record
        }
    }
}

extension YAMLNode {
    /// The entries of a mapping; nothing written is an empty one. Nil was reported.
    func entries(at path: ConfigurationPath, example: String?, _ decoding: inout Decoding) -> [Entry]? {
        if case .mapping(let entries) = content { return entries }
        if isNull { return [] }
        decoding.report(
            "must be a mapping, found \(found())",
            at: place,
            path,
            mend: example.map { "write `\($0): …` below it" }
        )
        return nil
    }
}

extension Decoding {
    /// Reports a key that nobody knows, and gives the one that was probably meant.
    @discardableResult
    mutating func reportUnknown(
        _ entry: YAMLNode.Entry,
        among names: [String],
        at path: ConfigurationPath
    ) -> String? {
        let meant = NearestKey.find(entry.key, in: names)
        let mend = meant.map { "did you mean `\($0)`?" } ?? "known here: \(names.sorted().joined(separator: ", "))"
        report("unknown key `\(entry.key)`", at: entry.place, path, mend: mend)
        return meant
    }
}
