internal import Catalog
internal import Ingestion

/// What a page gives: its entities, and what the pagination goes by.
struct ReadPage: Sendable {
    var entities: [JSONText] = []
    /// What `$parent` is in the chains that a record leads to, with their names.
    var each: [(name: String, parent: JSON)] = []
    /// The records, each the text of a JSON value, where they are mapped only with their details.
    var records: [[UInt8]] = []
    /// How many records the source has on this page, before any `select`; nil where that cannot be told.
    var sourceRecords: Int?
    /// The results of the pagination's `next` and `end`.
    var next: [JSON] = []
    var end: [JSON] = []
    /// The results of the pagination's key, of the source's last record.
    var last: [JSON] = []
    /// The results of `until`; nil where it is not asked.
    var until: [JSON]?
}
