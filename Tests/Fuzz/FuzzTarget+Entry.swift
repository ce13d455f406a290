internal import Catalog

extension FuzzTarget {
    /// Names and values of fields stand between the separators of ASCII: a delta that is taken is printed and taken again.
    func readEntry(_ bytes: [UInt8]) {
        let fields = bytes.split(separator: 0x1E).map { field in
            let parts = field.split(separator: 0x1F, maxSplits: 1, omittingEmptySubsequences: false)
            return (String(decoding: parts[0], as: UTF8.self), parts.count > 1 ? Array(parts[1]) : [])
        }
        let delta: Delta
        do { delta = try Delta(fields: fields) } catch {
            precondition(!error.description.isEmpty)
            return
        }
        var added: [Delta.Added] = []
        for item in delta.added {
            added += reread(delta, "added", Delta.addedJSON([item.entity], locationKey: item.locationKey)).added
        }
        precondition(added == delta.added)
        var removed: [Delta.Removed] = []
        for item in delta.removed {
            let value: JSON = [["entityRef": .string(item.entityRef.string), "locationKey": .string(item.locationKey)]]
            removed += reread(delta, "removed", value.bytes).removed
        }
        precondition(removed == delta.removed)
    }

    private func reread(_ delta: Delta, _ field: String, _ value: [UInt8]) -> Delta {
        let fields = [
            ("v", "1"), ("type", delta.type.rawValue), ("provider", delta.provider), ("job", delta.job),
            ("generation", "\(delta.generation)"), ("sequence", "\(delta.sequence)"), ("at", "\(delta.at)"),
        ]
        do {
            return try Delta(fields: fields.map { ($0.0, Array($0.1.utf8)) } + [(field, value)])
        } catch {
            preconditionFailure("what was taken is not taken again: \(error)")
        }
    }
}
