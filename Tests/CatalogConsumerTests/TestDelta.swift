import Catalog

@testable import CatalogConsumer

/// The fields of a delta, as the engine writes them.
struct TestDelta {
    var type = DeltaType.delta
    var provider = "github"
    var generation: Int64 = 1
    var sequence: Int64 = 1
    var at: Int64 = 1_700_000_000_000
    var added: [String] = []
    var removed: [String] = []
    var kept: [String] = []

    /// One with entities of these names, whose bodies differ by `revision`.
    static func adding(_ names: String..., revision: Int = 1) -> TestDelta {
        TestDelta(added: names.map { entity($0, revision: revision) })
    }

    static func removing(_ refs: String...) -> TestDelta {
        TestDelta(removed: refs)
    }

    static func cycle(_ type: DeltaType, _ generation: Int64) -> TestDelta {
        TestDelta(type: type, generation: generation)
    }

    /// The JSON of a component; `metadata` begins with a comma where it is given.
    static func entity(_ name: String, revision: Int = 1, metadata: String = "") -> String {
        """
        {"apiVersion":"backstage.io/v1alpha1","kind":"Component","metadata":{"name":"\(name)"\(metadata)},\
        "spec":{"revision":\(revision)}}
        """
    }

    func at(_ time: Int64) -> TestDelta {
        var copy = self
        copy.at = time
        return copy
    }

    func generation(_ generation: Int64) -> TestDelta {
        var copy = self
        copy.generation = generation
        return copy
    }

    var fields: [(String, String)] {
        let added = added.map { "{\"entity\":\($0),\"locationKey\":\"\(provider)\"}" }.joined(separator: ",")
        let removed = removed.map { "{\"entityRef\":\"\($0)\",\"locationKey\":\"\(provider)\"}" }.joined(separator: ",")
        return [
            ("v", "1"), ("type", type.rawValue), ("provider", provider), ("generation", "\(generation)"), ("job", "j"),
            ("sequence", "\(sequence)"), ("at", "\(at)"), ("origin", "burst"), ("added", "[\(added)]"),
            ("removed", "[\(removed)]"),
        ] + (kept.isEmpty ? [] : [("kept", "[\(kept.map { "\"\($0)\"" }.joined(separator: ","))]")])
    }

    func entry(_ number: UInt64) throws -> StreamEntry {
        let fields = fields.map { ($0.0, Array($0.1.utf8)) }
        return StreamEntry(id: StreamEntryID(milliseconds: number, sequence: 0), delta: try Delta(fields: fields))
    }
}
