import Logging
import Testing

@testable import Ingestion
@testable import TidemarkCommands

@Suite struct LogProgressTests {
    @Test func aLineForEachChangeAndOneInTenSeconds() {
        let test = TestConsole()
        let progress = LogProgress(
            logger: Logger.tidemark(level: .info, format: .text, redactor: Redactor([]), console: test.console())
        )
        func show(_ change: (inout ProviderStatus) -> Void) {
            progress.show(ProgressSnapshot(providers: [.init(status: .example("a", change), rate: 10)]))
        }
        show { _ in }
        show { $0.at += 9_000 }
        show { $0.at += 10_000 }
        show { ($0.at, $0.phase) = ($0.at + 10_500, .resting) }
        show { ($0.at, $0.phase) = ($0.at + 60_000, .resting) }
        let statuses = test.errors.split(separator: "\n").compactMap { $0.firstMatch(of: /provider\.status=(\w+)/)?.1 }
        #expect(statuses == ["running", "running", "resting"])
        #expect(test.errors.contains("entities.rate=10"))
    }
}
