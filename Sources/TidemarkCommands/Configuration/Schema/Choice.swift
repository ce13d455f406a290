internal import Catalog

/// One of the ways that a choice allows: `http` of a source, `linkHeader` of a pagination.
struct Choice<Value: Sendable>: Sendable {
    let name: String
    let schema: Schema<Value>
    let json: JSON

    /// A way, and the value that it makes of its own settings.
    init<Settings: Sendable>(
        _ name: String,
        _ schema: Schema<Settings>,
        _ documentation: String,
        _ make: @escaping @Sendable (Settings) -> Value
    ) {
        self.name = name
        self.schema = schema.map(make)
        var json = schema.json.object ?? [:]
        json["description"] = .string(documentation)
        self.json = .object(json)
    }
}

extension Schema {
    /// A mapping with exactly one of several keys; where nothing need be said below it, its name alone will do.
    static func choice(_ choices: [Choice<Value>]) -> Schema {
        let names = choices.map(\.name)
        let bare = choices.filter(\.schema.allowsEmpty).map(\.name)
        let mapping: JSON = [
            "type": "object", "additionalProperties": false, "minProperties": 1, "maxProperties": 1,
            "properties": .object(Dictionary(uniqueKeysWithValues: choices.map { ($0.name, $0.json) })),
        ]
        let word: JSON = ["type": "string", "enum": .array(bare.map(JSON.string))]
        return Schema(json: bare.isEmpty ? mapping : ["anyOf": [mapping, word]]) { node, path, decoding in
            if let text = node.scalar?.text, let choice = choices.first(where: { $0.name == text }),
                choice.schema.allowsEmpty
            {
                let empty = YAMLNode(content: .mapping([]), place: node.place)
                return choice.schema.decode(empty, path.appending(key: text), &decoding)
            }
            guard case .mapping(let entries) = node.content, !entries.isEmpty else {
                let found = node.scalar.map { $0.value == .null ? "" : ", found \(node.found())" } ?? ""
                decoding.report(
                    "needs one of \(names.joined(separator: ", "))\(found)",
                    at: node.place,
                    path,
                    mend: node.scalar.flatMap { NearestKey.find($0.text, in: names) }.map { "did you mean `\($0)`?" }
                )
                return nil
            }
            var results = [Value?]()
            var first: String?
            for entry in entries {
                let entryPath = path.appending(key: entry.key)
                guard let choice = choices.first(where: { $0.name == entry.key }) else {
                    decoding.reportUnknown(entry, among: names, at: entryPath)
                    continue
                }
                if let first {
                    decoding.report(
                        "`\(entry.key)` cannot stand beside `\(first)`",
                        at: entry.place,
                        entryPath,
                        mend: "keep one of them"
                    )
                }
                first = first ?? entry.key
                results.append(choice.schema.decode(entry.value, entryPath, &decoding))
            }
            return results.first ?? nil
        }
    }
}
