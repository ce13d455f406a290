internal import Catalog

/// One description of a value in the configuration file, from which come both the decoding and the JSON Schema that
/// editors use: neither can say what the other does not.
struct Schema<Value: Sendable>: Sendable {
    /// The JSON Schema of the value.
    let json: JSON
    /// Whether `{}` is a whole value, so that in a choice the name alone will do.
    let allowsEmpty: Bool
    /// Decodes a value; nil when it is wrong, and then the problem has been reported.
    let decode: @Sendable (YAMLNode, ConfigurationPath, inout Decoding) -> Value?

    init(
        json: JSON,
        allowsEmpty: Bool = false,
        decode: @escaping @Sendable (YAMLNode, ConfigurationPath, inout Decoding) -> Value?
    ) {
        self.json = json
        self.allowsEmpty = allowsEmpty
        self.decode = decode
    }

    /// The value as another type.
    func map<Other: Sendable>(_ transform: @escaping @Sendable (Value) -> Other) -> Schema<Other> {
        Schema<Other>(json: json, allowsEmpty: allowsEmpty) { node, path, decoding in
            decode(node, path, &decoding).map(transform)
        }
    }

    /// The value, or `null` for none.
    var nullable: Schema<Value?> {
        Schema<Value?>(json: ["anyOf": [json, ["type": "null"]]]) { node, path, decoding in
            node.isNull ? .some(nil) : decode(node, path, &decoding).map { .some($0) }
        }
    }

    /// The same, held to a rule that JSON Schema cannot say. `rule` gives what is wrong, or nil.
    func checked(_ rule: @escaping @Sendable (Value) -> Finding?) -> Schema {
        Schema(json: json, allowsEmpty: allowsEmpty) { node, path, decoding in
            guard let value = decode(node, path, &decoding) else { return nil }
            guard let finding = rule(value) else { return value }
            decoding.report(finding.message, at: node.place, path, mend: finding.mend)
            return nil
        }
    }
}

/// What a rule found wrong with a value, and the mend.
struct Finding: Sendable, Equatable {
    let message: String
    var mend: String?
}
