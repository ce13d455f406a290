@testable import Ingestion

/// What Redis holds of a provider's feed of changes, and of who polls it.
struct FeedModel {
    /// Of the turn that goes on.
    var fence: Int64?
    var until: Int64?
    var holder: String?
    /// The last part that was applied in it, or in the one before.
    var part: Int64 = 0
    var askedAt: Int64?
    var due: Int64?
    var cursor: String?
    var failures = 0
    var failure: Model.Failure?
    var polledAt: Int64?
    var caughtUpAt: Int64?
    var told = 0
    /// What the guard holds of what was told.
    var held: (reason: String, removals: Int, known: Int)?
    /// The first refs of it.
    var heldRefs: [String] = []
    /// Removals since a cycle was completed that nobody approved, and those that may go.
    var gone = 0
    var approved = 0
    /// The job's id that the last approval came with.
    var approval: String?
}

extension ProviderModel {
    var owners: [String: String] {
        Dictionary(uniqueKeysWithValues: records.flatMap { id, refs in refs.map { ($0, id) } })
    }

    func refs(of record: String) -> String { (records[record] ?? []).joined(separator: " ") }

    mutating func disown(_ ref: String) {
        for (id, refs) in records where refs.contains(ref) {
            let left = refs.filter { $0 != ref }
            records[id] = left.isEmpty ? nil : left
        }
    }

    /// Notes from which record each ref was made; an empty one says nothing.
    mutating func own(_ pairs: [(ref: String, record: String)]) {
        let owners = owners
        let moved = pairs.filter { !$0.record.isEmpty && owners[$0.ref] != $0.record }
        for (ref, _) in moved { disown(ref) }
        for (ref, record) in moved { records[record, default: []].append(ref) }
    }
}
