internal import Catalog

/// The parts of JSON Schemas.
extension JSON {
    static var text: JSON { ["type": "string"] }
    static var textOrNull: JSON { ["type": ["string", "null"]] }
    static var count: JSON { ["type": "integer", "minimum": 0] }
    static var countOrNull: JSON { ["type": ["integer", "null"], "minimum": 0] }
    static var flag: JSON { ["type": "boolean"] }
    static var time: JSON { ["type": "string", "format": "date-time"] }
    static var timeOrNull: JSON { ["type": ["string", "null"], "format": "date-time"] }

    static func words(_ words: [String]) -> JSON { ["type": "string", "enum": .array(words.map(JSON.string))] }

    static func items(_ schema: JSON) -> JSON { ["type": "array", "items": schema] }

    /// A schema of the document's components.
    static func reference(_ name: String) -> JSON { ["$ref": .string("#/components/schemas/\(name)")] }

    /// An object with these members, all of which are there but for the optional ones, and no others.
    static func shape(_ members: [String: JSON], optional: Set<String> = []) -> JSON {
        [
            "type": "object", "additionalProperties": false, "properties": .object(members),
            "required": .array(members.keys.filter { !optional.contains($0) }.sorted().map(JSON.string)),
        ]
    }

    /// An object with one list; with `isPaged`, `next` leads to the page after it.
    static func list(_ name: String, _ schema: JSON, isPaged: Bool = false) -> JSON {
        shape([name: items(schema)].merging(isPaged ? ["next": textOrNull] : [:]) { first, _ in first })
    }
}
