public import Logging

/// Reads pages of entities from a program that speaks one JSON object a line.
public struct ExecSource: Sendable {
    let configuration: Configuration
    let logger: Logger

    /// Checks the configuration; nothing is started.
    public init(_ configuration: Configuration, logger: Logger) throws(SourceConfigurationError) {
        self.configuration = configuration
        self.logger = logger
    }
}
