import ArgumentParser
import Testing

@testable import TidemarkCommands

@Suite struct HelpTests {
    private static func commands(_ root: any ParsableCommand.Type = Tidemark.self) -> [any ParsableCommand.Type] {
        root.configuration.subcommands.flatMap { [$0] + commands($0) }
    }

    @Test func everyCommandIsThere() {
        #expect(
            Set(Self.commands().map { $0._commandName }) == [
                "run", "worker", "consume", "demo", "check", "status", "show", "trigger", "start", "cancel", "pause",
                "resume", "resync", "purge", "sweep", "approve", "discard", "rejected", "history", "retry", "event",
                "verify", "schema", "preset", "serve", "token", "create", "health", "upgrade",
            ]
        )
    }

    @Test("The help of every command has a sentence and an example that parses")
    func examples() throws {
        for command in Self.commands() {
            let help = Tidemark.helpMessage(for: command, columns: 100)
            #expect(!command.configuration.abstract.isEmpty, "\(command)")
            let examples = command.configuration.discussion.split(separator: "\n").map { $0.drop { $0 == " " } }
                .filter { $0.hasPrefix("tidemark ") }
            #expect(!examples.isEmpty, "\(command) has no example")
            #expect(help.contains("EXAMPLES"), "\(command)")
            for example in examples {
                #expect(throws: Never.self, "\(example)") { try Tidemark.parseAsRoot(Self.arguments(example)) }
            }
        }
    }

    @Test func everyExitCodeIsExplained() async {
        let (status, output, _) = await TestConsole.run("--help")
        #expect(status == 0)
        for exit in ExitStatus.allCases { #expect(output.contains("  \(exit.rawValue)  \(exit.explanation)")) }
    }

    @Test func fitsATerminalOf80Columns() {
        for command in Self.commands() {
            for line in Tidemark.helpMessage(for: command, columns: 80).split(separator: "\n")
            where !line.hasPrefix("USAGE") && !line.hasPrefix("       ") {
                #expect(TextWidth.of(String(line)) <= 80, "\(line)")
            }
        }
    }

    /// The words of an example up to a pipe, a redirection, a second command or an explanation after two blanks.
    private static func arguments(_ example: Substring) -> [String] {
        let end = [
            example.firstRange(of: "  "), example.firstRange(of: " |"), example.firstRange(of: " >"),
            example.firstRange(of: " &&"), example.firstRange(of: " <"),
        ]
        .compactMap { $0?.lowerBound }.min()
        return example[..<(end ?? example.endIndex)].split(separator: " ").dropFirst().map(String.init)
    }
}
