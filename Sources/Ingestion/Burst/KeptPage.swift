internal import Catalog

/// What is kept of a page whose source can tell, in a later cycle, that it is as it was: enough to mark again what it marked,
/// and to go on where it went on.
///
/// It is a statement that stays true whatever becomes of the cycle: what was answered with this validator made these entities,
/// and led there. What has been published of them since then it does not know; that is compared when it is used.
struct KeptPage: Sendable {
    let validator: JSON
    let next: [JSON]
    /// In their order.
    let refs: [EntityRef]
    /// Over the digests of the entities, in the order of their refs.
    private let digest: EntityDigest

    /// The page that was read in full; nil for one with an entity that was rejected or gave way to another of its ref: that is
    /// found, and counted, by reading it.
    init?(_ page: PreparedPage, _ validator: JSON) {
        guard page.rejected.isEmpty, page.duplicates == 0 else { return nil }
        let entities = page.entities.sorted { $0.ref < $1.ref }
        (self.validator, next) = (validator, page.next)
        refs = entities.map(\.ref)
        digest = KeptPage.digest(entities.map(\.digest.bytes))
    }

    /// Reads a record; nil for one that another version of Tidemark wrote, or a provider that makes other entities of the same
    /// page, or nobody.
    init?(_ record: [UInt8], of provider: Provider) {
        guard let record = try? JSON(parsing: record), record["for"] == KeptPage.shape(provider),
            let validator = record["validator"], let next = record["next"]?.array,
            let names = record["refs"]?.object, let digest = record["digest"]?.string.flatMap({ UInt64($0, radix: 16) })
        else { return nil }
        var refs: [EntityRef] = []
        for (start, names) in names.sorted(by: { $0.key < $1.key }) {
            for name in names.array ?? [] {
                guard let name = name.string, let ref = try? EntityRef(parsing: start + name) else { return nil }
                refs.append(ref)
            }
        }
        (self.validator, self.next, self.refs) = (validator, next, refs)
        self.digest = EntityDigest(value: digest)
    }

    /// The text that Redis holds.
    func record(of provider: Provider) -> [UInt8] {
        var names: [String: [JSON]] = [:]
        for ref in refs { names["\(ref.kind):\(ref.namespace)/", default: []].append(.string(String(ref.name))) }
        let record: JSON = [
            "for": KeptPage.shape(provider), "validator": validator, "next": .array(next),
            "refs": .object(names.mapValues { .array($0) }), "digest": .string(digest.description),
        ]
        return record.bytes
    }

    /// Whether these are the digests of the page's entities, in the order of ``refs``.
    func has(_ digests: [[UInt8]]) -> Bool {
        KeptPage.digest(digests) == digest
    }

    /// By what the record of the page at a cursor is found.
    static func name(of cursor: JSON?) -> String {
        (cursor?.bytes ?? []).withUnsafeBufferPointer { EntityDigest(of: $0) }.description
    }

    private static func digest(_ digests: [[UInt8]]) -> EntityDigest {
        digests.flatMap(\.self).withUnsafeBufferPointer { EntityDigest(of: $0) }
    }

    /// What the engine itself does to the entities of a page, in short.
    private static func shape(_ provider: Provider) -> JSON {
        .string(EntityDigest(of: provider.shape).description)
    }

    /// To be raised when the records, or what becomes of an entity before it is digested, are another.
    static let format: Int64 = 1
    /// Bytes of one record: some 8,000 entities.
    static let longest = 256 << 10
}

/// What a commit does with the record of a page.
package struct Keeping: Sendable {
    /// By what the record is found.
    var page: String
    /// The record; nil when the source says that the page is as it was kept.
    var record: [UInt8]?
}
