internal import Logging

/// Writes log lines to standard error: text for people, or one JSON object a line. Known secrets never reach either.
struct TidemarkLogHandler: LogHandler {
    let label: String
    let format: LogFormat
    let redactor: Redactor
    let style: Style
    let write: @Sendable (String) -> Void
    let now: @Sendable () -> Int64

    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var metadata = metadata
        metadata.merge(metadataProvider?.get() ?? [:]) { _, new in new }
        metadata.merge(event.metadata ?? [:]) { _, new in new }
        if let error = event.error { metadata["error"] = "\(error)" }
        let line = LogLine(
            time: now(),
            level: event.level,
            label: label,
            message: redactor.redact(event.message.description),
            metadata: metadata.sorted { $0.key < $1.key }.map { ($0.key, redactor.redact($0.value.description)) }
        )
        write(format == .json ? line.json : line.text(style))
    }
}
