public import Logging

/// Reads pages of records over HTTP and maps them to entities with jq.
public struct HTTPSource: Sendable {
    let configuration: Configuration
    let logger: Logger

    /// Checks the configuration and its jq expressions; nothing is sent.
    public init(_ configuration: Configuration, logger: Logger) throws(SourceConfigurationError) {
        self.configuration = configuration
        self.logger = logger
    }
}
