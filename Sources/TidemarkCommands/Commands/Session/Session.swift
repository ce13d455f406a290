internal import Foundation
internal import Ingestion
internal import Logging
internal import Redis

/// What a command works with: the configuration as the command line changes it, a logger, a console.
struct Session: Sendable {
    let configuration: Configuration
    /// What `--redis-url` says.
    let redisURL: String?
    let logger: Logger
    let console: Console
    /// What its sources fetch and must keep to themselves.
    let fetched: FetchedSecrets

    /// The configuration file that is read unless one is named.
    static let defaultFile = "tidemark.yaml"

    /// Reads the configuration; warnings about it go to the log.
    ///
    /// A command that only needs Redis does without a file when `--redis-url` is given.
    static func open(
        _ options: GlobalOptions,
        scope: Configuration.Scope = .redis,
        level: Logger.Level = .warning
    ) throws -> Session {
        let console = Console.current
        let named = options.config ?? console.environment["TIDEMARK_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
        let isNeeded = scope != .redis || named != nil || options.redisURL == nil
        var configuration = Configuration()
        if isNeeded || FileManager.default.fileExists(atPath: defaultFile) {
            configuration = try Configuration.load(
                file: named ?? defaultFile,
                environment: console.environment,
                scope: scope
            )
        }
        var secrets = configuration.secrets
        if let url = options.redisURL {
            secrets += try RedisConfiguration(url: url).secrets.map(\.value)
        }
        let fetched = FetchedSecrets()
        let redactor = Redactor(secrets, and: fetched)
        console.secrets.know(redactor)
        let logger = Logger.tidemark(
            level: options.log.logLevel?.level ?? configuration.log.level ?? level,
            format: options.log.logFormat ?? configuration.log.format ?? .text,
            redactor: redactor,
            console: console
        )
        if scope != .redis {
            for warning in configuration.warnings {
                logger.warning("\(warning.text(file: configuration.file))")
            }
        }
        return Session(
            configuration: configuration,
            redisURL: options.redisURL,
            logger: logger,
            console: console,
            fetched: fetched
        )
    }

    /// Where the private Redis and the catalog keep their files.
    var dataDirectory: String {
        configuration.dataDirectory
            ?? (configuration.directory.isEmpty ? "tidemark-data" : "\(configuration.directory)/tidemark-data")
    }

    /// The `locationKey` of a provider's deltas: its name unless the file says otherwise.
    func locationKey(of provider: String) -> String {
        configuration.providers.first { $0.name == provider }?.locationKey ?? provider
    }
}
