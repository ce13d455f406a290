internal import Catalog

extension Schema {
    /// A list of values, at least `minimum` of them.
    static func list<Item>(of item: Schema<Item>, atLeast minimum: Int = 0) -> Schema where Value == [Item] {
        let json: JSON = ["type": "array", "items": item.json, "minItems": .integer(Int64(minimum))]
        return Schema(json: json, allowsEmpty: minimum == 0) { node, path, decoding in
            guard case .list(let nodes) = node.content else {
                decoding.report("must be a list, found \(node.found())", at: node.place, path, mend: "write `[a, b]`")
                return nil
            }
            let items = nodes.enumerated().map { index, item_ in
                item.decode(item_, path.appending(index: index), &decoding)
            }
            guard nodes.count >= minimum else {
                decoding.report("needs at least \(minimum) item\(minimum == 1 ? "" : "s")", at: node.place, path)
                return nil
            }
            return items.contains { $0 == nil } ? nil : items.compactMap { $0 }
        }
    }

    /// A mapping from free names to values, in the order of the file.
    static func map<Item>(
        of item: Schema<Item>,
        name rule: @escaping @Sendable (String) -> Finding? = { _ in nil },
        namePattern: String? = nil
    ) -> Schema where Value == [(name: String, value: Item)] {
        var json: [String: JSON] = ["type": "object", "additionalProperties": item.json]
        if let namePattern { json["propertyNames"] = ["pattern": .string(namePattern)] }
        return Schema(json: .object(json), allowsEmpty: true) { node, path, decoding in
            guard case .mapping(let entries) = node.content else {
                if node.isNull { return [] }
                decoding.report("must be a mapping, found \(node.found())", at: node.place, path)
                return nil
            }
            var result = Value()
            for entry in entries {
                let entryPath = path.appending(key: entry.key)
                if let finding = rule(entry.key) {
                    decoding.report(finding.message, at: entry.place, entryPath, mend: finding.mend)
                }
                if let value = item.decode(entry.value, entryPath, &decoding) {
                    result.append((entry.key, value))
                }
            }
            return result
        }
    }
}

extension Schema {
    /// A list of values, or a single one without the brackets.
    static func oneOrMore<Item>(of item: Schema<Item>) -> Schema where Value == [Item] {
        let list = Schema<[Item]>.list(of: item, atLeast: 1)
        return Schema(json: ["anyOf": [item.json, list.json]]) { node, path, decoding in
            if case .list = node.content { return list.decode(node, path, &decoding) }
            return item.decode(node, path, &decoding).map { [$0] }
        }
    }
}

extension Schema where Value == Bool {
    /// A mapping in which nothing can be said, for a choice that its name makes.
    static var nothing: Schema { .record({ true }, []) }
}
