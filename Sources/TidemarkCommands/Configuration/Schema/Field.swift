internal import Catalog

/// One key of a record: its name, what it is for, and where its value goes.
struct Field<Record>: Sendable {
    let name: String
    let isRequired: Bool
    /// The JSON Schema of the value, with description and default.
    let json: JSON
    /// Decodes the value into the record.
    let decode: @Sendable (YAMLNode, ConfigurationPath, inout Decoding, inout Record) -> Void

    /// A key; `fallback` is the default as it would be written, for editors and readers.
    init<Value>(
        _ name: String,
        _ schema: Schema<Value>,
        required: Bool = false,
        default fallback: JSON? = nil,
        _ documentation: String,
        set: @escaping @Sendable (inout Record, Value) -> Void
    ) {
        self.name = name
        self.isRequired = required
        var json = schema.json.object ?? [:]
        json["description"] = .string(documentation)
        json["default"] = fallback
        self.json = .object(json)
        self.decode = { node, path, decoding, record in
            if let value = schema.decode(node, path, &decoding) { set(&record, value) }
        }
    }

    /// A key that goes into a property.
    init<Value>(
        _ name: String,
        _ schema: Schema<Value>,
        required: Bool = false,
        default fallback: JSON? = nil,
        _ property: any WritableKeyPath<Record, Value> & Sendable,
        _ documentation: String
    ) {
        self.init(name, schema, required: required, default: fallback, documentation) { $0[keyPath: property] = $1 }
    }

    /// A key that goes into an optional property.
    init<Value>(
        _ name: String,
        _ schema: Schema<Value>,
        required: Bool = false,
        default fallback: JSON? = nil,
        _ property: any WritableKeyPath<Record, Value?> & Sendable,
        _ documentation: String
    ) {
        self.init(name, schema, required: required, default: fallback, documentation) { $0[keyPath: property] = $1 }
    }
}
