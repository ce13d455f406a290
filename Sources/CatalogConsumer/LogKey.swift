/// The metadata keys of this module's log lines, and the names of its spans' attributes.
enum LogKey {
    static let provider = "provider.name"
    static let group = "consumer.group"
    static let catalog = "catalog.id"
    static let catalogBefore = "catalog.id.before"
    static let entry = "delta.id"
    static let entries = "batch.entries"
    static let changed = "entities.changed"
    static let removed = "entities.removed"
    static let outcome = "outcome"
    static let retry = "retry.after"
    static let error = "error"
}
