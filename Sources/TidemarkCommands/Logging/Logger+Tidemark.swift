internal import Administration
internal import Logging

extension Logger {
    /// The logger of this process; libraries are handed it, nothing is global.
    static func tidemark(
        level: Logger.Level,
        format: LogFormat,
        redactor: Redactor,
        console: Console
    ) -> Logger {
        let screen = console.screen
        let style = console.errorStyle
        return Logger(label: "tidemark") { label in
            TidemarkLogHandler(
                label: label,
                format: format,
                redactor: redactor,
                style: style,
                write: { screen.print($0) },
                now: { Timestamp.now() },
                logLevel: level
            )
        }
    }
}
