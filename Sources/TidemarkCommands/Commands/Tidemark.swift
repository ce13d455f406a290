internal import ArgumentParser
internal import Ingestion

/// The root of the command line.
struct Tidemark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tidemark",
        abstract: "Keeps a software catalog in step with sources too large to hold in memory.",
        discussion: """
            EXAMPLES
              tidemark demo                    watch two cycles over Debian's package index
              tidemark check -c tidemark.yaml  show each source's first entities, write nothing
              tidemark run -c tidemark.yaml    everything in one process
              tidemark status                  what each provider does, or waits for

            EXIT CODES
            \(ExitStatus.allCases.map { "  \($0.rawValue)  \($0.explanation)" }.joined(separator: "\n"))
            """,
        version: TidemarkVersion.current,
        groupedSubcommands: [
            CommandGroup(
                name: "Run",
                subcommands: [
                    RunCommand.self, WorkerCommand.self, ServeCommand.self, ConsumeCommand.self, DemoCommand.self,
                ]
            ),
            CommandGroup(
                name: "Look",
                subcommands: [
                    CheckCommand.self, StatusCommand.self, ShowCommand.self, HistoryCommand.self, RejectedCommand.self,
                    VerifyCommand.self, HealthCommand.self,
                ]
            ),
            CommandGroup(
                name: "Act",
                subcommands: [
                    TriggerCommand.self, StartCommand.self, CancelCommand.self, PauseCommand.self, ResumeCommand.self,
                    ResyncCommand.self, PurgeCommand.self, SweepCommand.self, RetryCommand.self, EventCommand.self,
                    UpgradeCommand.self,
                ]
            ),
            CommandGroup(name: "Configure", subcommands: [SchemaCommand.self, PresetCommand.self, TokenCommand.self]),
        ]
    )
}
