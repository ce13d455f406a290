internal import ArgumentParser
internal import Logging

/// What every command takes.
struct GlobalOptions: ParsableArguments {
    @Option(
        name: [.customShort("c"), .long],
        help: ArgumentHelp(
            "The configuration file (default: $TIDEMARK_CONFIG, else ./tidemark.yaml).",
            valueName: "file"
        )
    )
    var config: String?

    @Option(
        name: .customLong("redis-url"),
        help: ArgumentHelp("The Redis to use, in place of redis.url of the configuration.", valueName: "url")
    )
    var redisURL: String?

    @OptionGroup var log: LogOptions
}

/// How a command logs.
struct LogOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The least severe log level: trace, debug, info, warning, error.", valueName: "level"))
    var logLevel: LogLevelArgument?

    @Option(help: ArgumentHelp("How log lines are written.", valueName: "format"))
    var logFormat: LogFormat?
}

extension LogFormat: ExpressibleByArgument {}

/// A log level on the command line.
struct LogLevelArgument: ExpressibleByArgument {
    let level: Logger.Level

    init?(argument: String) {
        guard let level = Logger.Level(rawValue: argument) else { return nil }
        self.level = level
    }
}
