import Catalog

/// As much of JSON Schema as the document uses.
struct SchemaCheck {
    private let document: JSON

    init(_ document: JSON) {
        self.document = document
    }

    /// What of a value is not as its schema says.
    func problems(of value: JSON, in schema: JSON, at path: String = "$") -> [String] {
        if let name = schema["$ref"]?.string?.split(separator: "/").last {
            guard let target = document["components"]?["schemas"]?[String(name)] else { return ["no schema \(name)"] }
            return problems(of: value, in: target, at: path)
        }
        if let choices = schema["anyOf"]?.array {
            let found = choices.map { problems(of: value, in: $0, at: path) }
            return found.contains([]) ? [] : ["\(path) is none of \(choices.count) shapes: \(found.joined())"]
        }
        guard let types = schema["type"].map({ $0.array ?? [$0] })?.compactMap(\.string) else { return [] }
        guard types.contains(where: { Self.has(value, type: $0) }) else { return ["\(path) is no \(types): \(value)"] }
        if let words = schema["enum"]?.array, !words.contains(value) {
            return ["\(path): \(value) is none of \(words)"]
        }
        if let items = value.array, let schema = schema["items"] {
            return items.enumerated().flatMap { problems(of: $1, in: schema, at: "\(path)[\($0)]") }
        }
        guard let members = value.object, let known = schema["properties"]?.object else { return [] }
        let missing = (schema["required"]?.array ?? []).compactMap(\.string).filter { members[$0] == nil }
        let unknown = members.keys.filter { known[$0] == nil }
        return (missing + unknown).map { "\(path).\($0)" }
            + members.flatMap { name, value in
                known[name].map { problems(of: value, in: $0, at: "\(path).\(name)") } ?? []
            }
    }

    private static func has(_ value: JSON, type: String) -> Bool {
        switch (type, value) {
        case ("null", .null), ("boolean", .bool), ("integer", .integer), ("string", .string), ("array", .array),
            ("object", .object):
            true
        default: false
        }
    }
}
