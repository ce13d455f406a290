/// How a log line is written.
enum LogFormat: String, Sendable, CaseIterable {
    /// For people: time, level, message, metadata.
    case text
    /// For machines: one JSON object a line.
    case json
}
