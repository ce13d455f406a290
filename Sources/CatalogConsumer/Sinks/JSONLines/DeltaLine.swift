internal import Catalog

/// A delta as one line of JSON, in a buffer that is reused.
struct DeltaLine: ~Copyable {
    private var writer = JSONWriter(capacity: 1 << 16)

    /// Lends the line of `entry`, its end of line included.
    mutating func withBytes<Failure: Error>(
        of entry: StreamEntry,
        _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        let delta = entry.delta
        writer.clear()
        writer.append("{\"id\":")
        writer.append(string: entry.id.description)
        writer.append(",\"type\":")
        writer.append(string: delta.type.rawValue)
        writer.append(",\"provider\":")
        writer.append(string: delta.provider)
        writer.append(",\"generation\":")
        writer.append(delta.generation)
        writer.append(",\"job\":")
        writer.append(string: delta.job)
        writer.append(",\"sequence\":")
        writer.append(delta.sequence)
        writer.append(",\"at\":")
        writer.append(delta.at)
        if let origin = delta.origin {
            writer.append(",\"origin\":")
            writer.append(string: origin.rawValue)
        }
        if let traceparent = delta.traceparent {
            writer.append(",\"traceparent\":")
            writer.append(string: traceparent)
        }
        if let tracestate = delta.tracestate {
            writer.append(",\"tracestate\":")
            writer.append(string: tracestate)
        }
        writeAdded(delta)
        writeRemoved(delta)
        if !delta.kept.isEmpty {
            writer.append(",\"kept\":[")
            for (index, ref) in delta.kept.enumerated() {
                if index > 0 { writer.append(",") }
                writer.append(string: ref.string)
            }
            writer.append("]")
        }
        writer.append("}\n")
        try writer.withBytes(body)
    }

    private mutating func writeAdded(_ delta: Delta) {
        writer.append(",\"added\":[")
        for (index, added) in delta.added.enumerated() {
            writer.append(index == 0 ? "{\"entity\":" : ",{\"entity\":")
            writer.append(added.entity.body)
            writer.append(",\"locationKey\":")
            writer.append(string: added.locationKey)
            writer.append("}")
        }
        writer.append("]")
    }

    private mutating func writeRemoved(_ delta: Delta) {
        writer.append(",\"removed\":[")
        for (index, removed) in delta.removed.enumerated() {
            writer.append(index == 0 ? "{\"entityRef\":" : ",{\"entityRef\":")
            writer.append(string: removed.entityRef.string)
            writer.append(",\"locationKey\":")
            writer.append(string: removed.locationKey)
            writer.append("}")
        }
        writer.append("]")
    }
}
