internal import Catalog

/// A body of JSON: an object with known members.
struct RequestBodyShape: Sendable {
    /// One member.
    struct Member: Sendable {
        let name: String
        var isRequired = false
        let schema: JSON
        /// What it must be, in words.
        let rule: String
        let accepts: @Sendable (JSON) -> Bool
    }

    let members: [Member]

    /// Whether there must be one.
    var isRequired: Bool { members.contains(where: \.isRequired) }

    /// What is wrong with a body, or nil.
    func problem(of body: JSON) -> String? {
        guard let object = body.object else { return "the body must be a JSON object" }
        if let unknown = object.keys.sorted().first(where: { key in !members.contains { $0.name == key } }) {
            return "unknown member `\(unknown)`; known here: \(members.map(\.name).joined(separator: ", "))"
        }
        for member in members {
            guard let value = object[member.name] else {
                if member.isRequired { return "the member `\(member.name)` is missing: \(member.rule)" }
                continue
            }
            if !member.accepts(value) { return "`\(member.name)` must be \(member.rule)" }
        }
        return nil
    }

    /// The JSON Schema.
    var schema: JSON {
        let required = members.filter(\.isRequired).map { JSON.string($0.name) }
        var schema: JSON = [
            "type": "object", "additionalProperties": false,
            "properties": .object(Dictionary(uniqueKeysWithValues: members.map { ($0.name, $0.schema) })),
        ]
        if !required.isEmpty { schema["required"] = .array(required) }
        return schema
    }
}
