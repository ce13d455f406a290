extension JSONCanonicalizer {
    /// Writes a valid entity with the annotations merged in. The root's keys are known, and written in their order.
    mutating func write(_ envelope: EntityEnvelope, adding annotations: borrowing EntityAnnotations) {
        guard let apiVersion = envelope.apiVersion, let kind = envelope.kind, let metadata = envelope.metadata else {
            preconditionFailure("an envelope that was not validated")
        }
        output.append("{\"apiVersion\":")
        write(apiVersion)
        output.append(",\"kind\":")
        write(kind)
        output.append(",\"metadata\":{")
        write(metadata: metadata, envelope, annotations)
        output.append("}")
        write(",\"relations\":", envelope.relations)
        write(",\"spec\":", envelope.spec)
        write(",\"status\":", envelope.status)
        output.append("}")
    }

    private mutating func write(_ key: StaticString, _ value: JSONElement?) {
        guard let value else { return }
        output.append(key)
        write(value)
    }

    /// The entity whose body has just been written.
    borrowing func entity(_ ref: EntityRef) -> Entity {
        output.withBytes { Entity(ref: ref, body: Array($0), digest: EntityDigest(of: $0)) }
    }

    /// Annotations have their place among the other keys: those before it are sorted and written first.
    private mutating func write(
        metadata: JSONElement,
        _ envelope: EntityEnvelope,
        _ annotations: borrowing EntityAnnotations
    ) {
        var place = beginObject()
        for (key, value) in metadata.members where key.precedes("annotations") {
            push(JSONMember(key: key, value: .element(value.index)))
        }
        var hasMembers = writeMembers(from: place, of: metadata)

        place = beginObject()
        for member in annotations.defaults { push(member) }
        if let own = envelope.annotations { push(membersOf: own) }
        for member in annotations.forced { push(member) }
        if envelope.annotations != nil || !annotations.isEmpty {
            if hasMembers { output.append(UInt8(ascii: ",")) }
            output.append("\"annotations\":{")
            writeMembers(from: place, of: metadata)
            output.append("}")
            hasMembers = true
        }

        place = beginObject()
        for (key, value) in metadata.members where !key.precedes("annotations") && !key.equals("annotations") {
            push(JSONMember(key: key, value: .element(value.index)))
        }
        writeMembers(from: place, of: metadata, isFirst: !hasMembers)
    }
}
