internal import Catalog

extension LiveEvent {
    /// The longest document that is read, in bytes.
    public static let maximumBytes = 32 << 20

    /// Reads `{"added": [{"entity": {…}}, …], "removed": [{"entityRef": "…"}, "…", …]}`: a delta as the stream carries it, and as
    /// Backstage's `applyMutation` takes it.
    ///
    /// Both lists may be left out. A `locationKey` must be `locationKey`, the provider's, where there is one. In place of a ref
    /// a removed item may have the `entity`.
    ///
    /// - Throws: what is wrong, and where; for what is not JSON, line and column.
    public init(json text: [UInt8], locationKey: String, id: String? = nil) throws(LiveEventError) {
        guard text.count <= Self.maximumBytes else {
            throw LiveEventError(.invalid, "the event has \(text.count) bytes; \(Self.maximumBytes) are allowed")
        }
        var document = JSONDocument()
        do throws(JSONError) { try document.parse(text) } catch {
            throw LiveEventError(.invalid, "the event is not JSON: \(error.placed(in: text))")
        }
        let reader = EventReader(locationKey: locationKey)
        self = try document.withRoot { (root) throws(LiveEventError) in try reader.event(root) }
        self.id = id
    }
}

/// Reads the values of an event.
private struct EventReader {
    let locationKey: String

    func event(_ root: JSONElement) throws(LiveEventError) -> LiveEvent {
        guard root.isObject else {
            throw LiveEventError(.invalid, #"the event is no object: write {"added": […], "removed": […]}"#)
        }
        var event = LiveEvent()
        var writer = JSONWriter()
        for (key, value) in root.members {
            let key = String(decoding: key, as: UTF8.self)
            switch key {
            case "added", "removed": break
            // What an entry of the stream says besides, and the type of a mutation.
            case "type", "v", "provider", "generation", "job", "sequence", "at", "origin": continue
            default:
                throw LiveEventError(.invalid, "\(name(key)) is not known in an event: it has `added` and `removed`")
            }
            guard value.isArray else { throw LiveEventError(.invalid, "`\(key)` is not an array") }
            for (index, item) in value.elements.enumerated() {
                let place = "\(key)[\(index)]"
                if key == "added" {
                    event.added.append(try entity(item, place).text(using: &writer))
                } else {
                    event.removed.append(try ref(item, place))
                }
            }
        }
        return event
    }

    private func entity(_ item: JSONElement, _ place: String) throws(LiveEventError) -> JSONElement {
        try check(item, place, ["entity", "locationKey"])
        guard let entity = item["entity"], entity.isObject else {
            throw LiveEventError(.invalid, #"\#(place) has no entity: write {"entity": {…}}"#)
        }
        return entity
    }

    private func ref(_ item: JSONElement, _ place: String) throws(LiveEventError) -> String {
        if let ref = item.string { return ref }
        try check(item, place, ["entityRef", "entity", "locationKey"])
        if let ref = item["entityRef"]?.string { return ref }
        if let entity = item["entity"], let kind = entity["kind"]?.string, let metadata = entity["metadata"],
            let name = metadata["name"]?.string
        {
            return "\(kind):\(metadata["namespace"]?.string ?? EntityRef.defaultNamespace)/\(name)"
        }
        throw LiveEventError(.invalid, #"\#(place) has no ref: write {"entityRef": "kind:namespace/name"}"#)
    }

    private func check(_ item: JSONElement, _ place: String, _ known: [String]) throws(LiveEventError) {
        for (key, _) in item.members {
            let key = String(decoding: key, as: UTF8.self)
            guard known.contains(key) else {
                throw LiveEventError(
                    .invalid,
                    "\(place): \(name(key)) is not known here: \(known.joined(separator: ", "))"
                )
            }
        }
        guard let key = item["locationKey"], !key.isNull, key.string != locationKey else { return }
        throw LiveEventError(
            .invalid,
            "\(place): its locationKey is not that of the provider, \(locationKey): leave it out, it is set"
        )
    }

    private func name(_ key: String) -> String { "`\(key.prefix(60))`" }
}

extension JSONError {
    /// What is wrong, with line and column of the text in place of the byte.
    fileprivate func placed(in text: [UInt8]) -> String {
        guard let offset else { return message }
        let before = text.prefix(offset)
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let column = String(decoding: before[start...], as: UTF8.self).count + 1
        return "\(message), at line \(line), column \(column)"
    }
}
