internal import ArgumentParser
internal import Logging

/// What every command takes.
struct GlobalOptions: ParsableArguments {
    @Option(
        name: [.customShort("c"), .long],
        help: ArgumentHelp(
            "The configuration file (default: $TIDEMARK_CONFIG, else ./tidemark.yaml).", valueName: "file"))
    var config: String?

    @Option(
        name: .customLong("redis-url"),
        help: ArgumentHelp("The Redis to use, in place of redis.url of the configuration.", valueName: "url"))
    var redisURL: String?

    @Option(help: ArgumentHelp("The least severe log level: trace, debug, info, warning, error.", valueName: "level"))
    var logLevel: Logger.Level?

    @Option(help: ArgumentHelp("How log lines are written: text or json.", valueName: "format"))
    var logFormat: LogFormat?
}

extension Logger.Level: ArgumentParser.ExpressibleByArgument {}

extension LogFormat: ExpressibleByArgument {}
