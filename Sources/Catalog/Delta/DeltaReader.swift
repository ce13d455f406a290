/// Reads the two arrays of a delta with one parser.
struct DeltaReader: ~Copyable {
    /// Far more than any entry: location keys and punctuation come on top of the bodies.
    static let maximumFieldBytes = 4 * Delta.maximumBytes

    private var document = JSONDocument(maximumBytes: DeltaReader.maximumFieldBytes)

    /// Reads `added`: entities in canonical form, with their refs and digests.
    mutating func added(_ text: [UInt8]) throws(DeltaError) -> [Delta.Added] {
        let field = "added"
        try parse(text, of: field)
        var canonicalizer = JSONCanonicalizer()
        return try document.withRoot { (root) throws(DeltaError) in
            var added: [Delta.Added] = []
            for item in try Self.items(root, of: field) {
                guard let value = item["entity"], value.isObject else {
                    throw DeltaError(field, "item \(added.count) has no entity")
                }
                guard let ref = EntityEnvelope(value).ref else {
                    throw DeltaError(field, "the entity of item \(added.count) has no valid kind, namespace and name")
                }
                let locationKey = try Self.locationKey(item, added.count, of: field)
                canonicalizer.output.clear()
                canonicalizer.write(value)
                added.append(Delta.Added(entity: canonicalizer.entity(ref), locationKey: locationKey))
            }
            return added
        }
    }

    /// Reads `removed`.
    mutating func removed(_ text: [UInt8]) throws(DeltaError) -> [Delta.Removed] {
        let field = "removed"
        try parse(text, of: field)
        return try document.withRoot { (root) throws(DeltaError) in
            var removed: [Delta.Removed] = []
            for item in try Self.items(root, of: field) {
                let ref = try Self.ref(item["entityRef"], removed.count, of: field)
                let locationKey = try Self.locationKey(item, removed.count, of: field)
                removed.append(Delta.Removed(entityRef: ref, locationKey: locationKey))
            }
            return removed
        }
    }

    /// Reads `kept`.
    mutating func kept(_ text: [UInt8]) throws(DeltaError) -> [EntityRef] {
        let field = "kept"
        try parse(text, of: field)
        return try document.withRoot { (root) throws(DeltaError) in
            var kept: [EntityRef] = []
            for item in try Self.items(root, of: field) { kept.append(try Self.ref(item, kept.count, of: field)) }
            return kept
        }
    }

    private mutating func parse(_ text: [UInt8], of field: String) throws(DeltaError) {
        do { try document.parse(text) } catch { throw DeltaError(field, error.description) }
    }

    private static func items(_ root: JSONElement, of field: String) throws(DeltaError) -> JSONElements {
        guard root.isArray else { throw DeltaError(field, "not a JSON array") }
        return root.elements
    }

    private static func ref(_ value: JSONElement?, _ index: Int, of field: String) throws(DeltaError) -> EntityRef {
        guard let utf8 = value?.utf8 else { throw DeltaError(field, "item \(index) has no entityRef") }
        if let ref = EntityRef(stored: utf8) { return ref }
        do { return try EntityRef(parsing: String(decoding: utf8, as: UTF8.self)) } catch {
            throw DeltaError(field, "item \(index): \(error)")
        }
    }

    private static func locationKey(
        _ item: JSONElement,
        _ index: Int,
        of field: String
    ) throws(DeltaError) -> String {
        guard let key = item["locationKey"]?.string else {
            throw DeltaError(field, "item \(index) has no locationKey")
        }
        return key
    }
}
