/// The metadata keys of this module's log lines.
enum LogKey {
    static let provider = "provider.name"
    static let group = "consumer.group"
    static let entry = "delta.id"
    static let retry = "retry.after"
    static let error = "error"
}
