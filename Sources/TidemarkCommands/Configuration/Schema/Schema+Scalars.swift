internal import Catalog

/// What a value that comes from the environment looks like before it is put in.
private let variable: JSON = ["type": "string", "pattern": "^\\$\\{[A-Za-z_][A-Za-z0-9_]*\\}$"]

extension Schema where Value == String {
    /// A text. A number or `true` must be quoted, so that nobody loses a leading zero.
    static var string: Schema {
        Schema(json: ["type": "string"]) { node, path, decoding in
            guard let scalar = node.scalar, scalar.isInterpolated || scalar.value == .string(scalar.text) else {
                let mend = node.scalar.flatMap { $0.value == .null ? nil : "quote it: \"\($0.text)\"" }
                decoding.report("must be a text, found \(node.found())", at: node.place, path, mend: mend)
                return nil
            }
            return scalar.text
        }
    }

    /// A text that is not empty.
    static var nonEmptyString: Schema {
        let schema = Schema(json: ["type": "string", "minLength": 1], decode: string.decode)
        return schema.checked { $0.isEmpty ? Finding(message: "must not be empty") : nil }
    }

    /// A text, number or boolean, as it is written: a header, a part of a query.
    static var text: Schema {
        Schema(json: ["type": ["string", "number", "boolean"]]) { node, path, decoding in
            guard let scalar = node.scalar, scalar.value != .null else {
                decoding.report("must be a text or a number, found \(node.found())", at: node.place, path)
                return nil
            }
            return scalar.text
        }
    }

    /// A path; relative ones start at the folder of the configuration file.
    static var path: Schema {
        let schema = nonEmptyString
        return Schema(json: schema.json) { node, path, decoding in
            schema.decode(node, path, &decoding).map { decoding.resolve($0) }
        }
    }
}

extension Schema where Value == Bool {
    /// `true` or `false`.
    static var boolean: Schema {
        Schema(json: ["anyOf": [["type": "boolean"], variable]]) { node, path, decoding in
            if case .bool(let value) = node.scalar?.value { return value }
            decoding.report("must be `true` or `false`, found \(node.found())", at: node.place, path)
            return nil
        }
    }
}

extension Schema where Value == Int {
    /// A whole number in a range.
    static func integer(_ range: ClosedRange<Int>) -> Schema {
        let number: JSON = [
            "type": "integer", "minimum": .integer(Int64(range.lowerBound)),
            "maximum": .integer(Int64(range.upperBound)),
        ]
        let bounds = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        return Schema(json: ["anyOf": [number, variable]]) { node, path, decoding in
            if case .integer(let value) = node.scalar?.value, let integer = Int(exactly: value), range ~= integer {
                return integer
            }
            decoding.report("must be \(bounds), found \(node.found())", at: node.place, path)
            return nil
        }
    }
}

extension Schema where Value == Double {
    /// A share in percent, 0 to 100.
    static var percentage: Schema {
        let number: JSON = ["type": "number", "minimum": 0, "maximum": 100]
        return Schema(json: ["anyOf": [number, variable]]) { node, path, decoding in
            switch node.scalar?.value {
            case .integer(let value) where 0...100 ~= value: return Double(value)
            case .number(let value) where 0...100 ~= value: return value
            default:
                decoding.report("must be a number from 0 to 100, found \(node.found())", at: node.place, path)
                return nil
            }
        }
    }
}

extension Schema where Value == Double {
    /// A share of a whole, 0 to 1.
    static var ratio: Schema {
        let number: JSON = ["type": "number", "minimum": 0, "maximum": 1]
        return Schema(json: ["anyOf": [number, variable]]) { node, path, decoding in
            if let value = node.scalar?.value.number, 0...1 ~= value { return value }
            decoding.report("must be a number from 0 to 1, found \(node.found())", at: node.place, path)
            return nil
        }
    }
}

extension Schema where Value == Duration {
    /// A whole number and a unit, such as `3s`; at least `minimum`.
    static func duration(atLeast minimum: Duration = .zero) -> Schema {
        let text: JSON = [
            "type": "string", "pattern": .string("^(\(DurationText.pattern)|\\$\\{[A-Za-z_][A-Za-z0-9_]*\\})$"),
        ]
        return Schema(json: text) { node, path, decoding in
            guard let scalar = node.scalar, let duration = DurationText.parse(scalar.text) else {
                var mend: String?
                if case .integer = node.scalar?.value, !(node.scalar?.isInterpolated ?? true) {
                    mend = "give it a unit: `\(node.scalar?.text ?? "")s`"
                }
                decoding.report(
                    "must be a duration such as 500ms, 3s, 5m, 2h or 1d, found \(node.found())",
                    at: node.place,
                    path,
                    mend: mend
                )
                return nil
            }
            guard duration >= minimum else {
                decoding.report("must be at least \(DurationText.exact(minimum))", at: node.place, path)
                return nil
            }
            return duration
        }
    }
}

extension Schema where Value == JSON {
    /// Any value, as JSON.
    static var any: Schema {
        Schema(json: true) { node, _, _ in node.json }
    }
}

extension YAMLNode {
    /// The value as JSON.
    var json: JSON {
        switch content {
        case .scalar(let scalar): scalar.value
        case .list(let nodes): .array(nodes.map(\.json))
        case .mapping(let entries):
            .object(Dictionary(entries.map { ($0.key, $0.value.json) }, uniquingKeysWith: { first, _ in first }))
        }
    }
}

extension Schema where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of the words of an enumeration.
    static var word: Schema {
        let words = Value.allCases.map(\.rawValue)
        return Schema(json: ["type": "string", "enum": .array(words.map(JSON.string))]) { node, path, decoding in
            if let text = node.scalar?.text, let value = Value(rawValue: text) { return value }
            let nearest = node.scalar.flatMap { NearestKey.find($0.text, in: words) }
            decoding.report(
                "must be one of \(words.joined(separator: ", ")), found \(node.found())",
                at: node.place,
                path,
                mend: nearest.map { "did you mean `\($0)`?" }
            )
            return nil
        }
    }
}
