internal import Logging

extension Logger {
    /// Shows what a benchmark has to know: that something went wrong.
    static let quiet: Logger = {
        var logger = Logger(label: "benchmark") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .warning
        return logger
    }()
}
