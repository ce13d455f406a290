internal import Catalog
internal import Logging

/// `log`: what is logged, and how.
struct LogSection: Sendable {
    var level: Logger.Level?
    var format: LogFormat?

    static let schema = Schema.record(
        { LogSection() },
        [
            Field("level", .word, default: "info", \.level, "The least severe level that is logged."),
            Field("format", .word, default: "text", \.format, "Lines for people, or one JSON object a line."),
        ]
    )
}
