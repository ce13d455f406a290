/// Turns the text of one entity after another into ``Entity``: parsed, checked, annotated, canonical, digested.
///
/// It keeps its memory from one entity to the next. Make one for each burst.
package struct EntityNormalizer: ~Copyable {
    private var document = JSONDocument()
    private var canonicalizer = JSONCanonicalizer()
    private let annotations: EntityAnnotations

    /// - Parameters:
    ///   - annotations: set on every entity, whatever it says itself.
    ///   - defaultAnnotations: set where an entity has none of that key.
    ///
    /// The keys are trusted: check them with ``EntityRule/annotationKey`` when the configuration is read.
    package init(annotations: [String: String] = [:], defaultAnnotations: [String: String] = [:]) {
        self.annotations = EntityAnnotations(forced: annotations, defaults: defaultAnnotations)
    }

    /// Reads one entity. A rejection speaks of this entity alone; the next can be read at once.
    package mutating func normalize(_ text: JSONText) throws(EntityRejection) -> Entity {
        let result: Result<Entity, EntityRejection> = text.bytes.withUnsafeBufferPointer { bytes in
            do throws(EntityRejection) { return .success(try normalize(bytes)) } catch { return .failure(error) }
        }
        return try result.get()
    }

    /// Reads one entity from UTF-8 bytes.
    package mutating func normalize(_ text: UnsafeBufferPointer<UInt8>) throws(EntityRejection) -> Entity {
        do throws(JSONError) { try document.parse(text) } catch {
            throw EntityRejection(ref: nil, violation: EntityViolation("", rule: error.description), text: text)
        }
        var ref: EntityRef?
        do throws(EntityViolation) {
            return try write(&ref)
        } catch {
            throw EntityRejection(ref: ref, violation: error, text: text)
        }
    }

    private mutating func write(_ ref: inout EntityRef?) throws(EntityViolation) -> Entity {
        canonicalizer.output.clear()
        try document.withRoot { (root) throws(EntityViolation) in
            guard root.isObject else { throw EntityViolation("", root, "an entity is a JSON object") }
            let envelope = EntityEnvelope(root)
            ref = envelope.ref
            try envelope.validate()
            canonicalizer.write(envelope, adding: annotations)
        }
        let count = canonicalizer.output.count
        guard count <= Entity.maximumBytes else {
            throw EntityViolation("", rule: "the body is \(count) bytes, above the limit of \(Entity.maximumBytes)")
        }
        guard let ref else { preconditionFailure("a valid envelope without a ref") }
        return canonicalizer.entity(ref)
    }
}
