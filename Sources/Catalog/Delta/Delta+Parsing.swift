extension Delta {
    /// Reads the fields of an entry as they stand in the stream. Fields that this build does not know are passed over.
    ///
    /// Nothing is trusted: each field is checked, each entity's ref is computed anew, and each body is canonical again.
    public init(fields: [(String, [UInt8])]) throws(DeltaError) {
        let fields = DeltaFields(fields)
        let (version, newest) = (try fields.text("v"), FormatVersions.known.entries)
        guard (1...newest).contains(where: { "\($0)" == version }) else {
            throw DeltaError("v", "version \(Excerpt.quoted(version)) is not known, only those up to \(newest)")
        }
        let typeText = try fields.text("type")
        guard let type = DeltaType(rawValue: typeText) else {
            throw DeltaError("type", "\(Excerpt.quoted(typeText)) is no type of a delta")
        }
        self.type = type
        provider = try fields.text("provider")
        generation = try fields.number("generation")
        job = try fields.text("job")
        sequence = try fields.number("sequence")
        at = try fields.number("at")
        if let text = fields.optionalText("origin") {
            guard let known = DeltaOrigin(rawValue: text) else {
                throw DeltaError("origin", "\(Excerpt.quoted(text)) is no origin of a delta")
            }
            origin = known
        } else {
            origin = nil
        }
        traceparent = fields.optionalText("traceparent")
        tracestate = fields.optionalText("tracestate")
        var reader = DeltaReader()
        added = try fields.bytes("added").map { (bytes) throws(DeltaError) in try reader.added(bytes) } ?? []
        removed = try fields.bytes("removed").map { (bytes) throws(DeltaError) in try reader.removed(bytes) } ?? []
        kept = try fields.bytes("kept").map { (bytes) throws(DeltaError) in try reader.kept(bytes) } ?? []
        for (name, count) in [("added", added.count), ("removed", removed.count), ("kept", kept.count)]
        where count > Delta.maximumEntities {
            throw DeltaError(name, "\(count) entities, above the limit of \(Delta.maximumEntities)")
        }
    }
}
