import DemoSource
import Foundation
import Logging
import TestSupport
import Testing

@testable import TidemarkCommands

@Suite struct DemoTests {
    @Test("The demo in small: two cycles over a generated source, and the catalog equals it after each")
    func twoCycles() async throws {
        try await withTemporaryDirectory { directory in
            let test = TestConsole()
            let demo = Demo(
                cycles: 2,
                workers: 2,
                isQuiet: false,
                folder: directory,
                console: test.console(),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
            let index = PackageIndex.generated(count: 700, reason: "this is a test")
            let played = try await StopSignals.caught(
                [],
                screen: test.console().screen,
                logger: demo.logger
            ) { stop in
                try await demo.play(index, PrivateRedis(dataDirectory: directory), stop)
            }
            #expect(played.isEqual)
            #expect(played.cycles.count == 2)
            let first = try #require(played.cycles.first?.parts.first)
            #expect(first.inSource == 700)
            #expect(first.found.added == 700)
            let second = try #require(played.cycles.last?.parts.first)
            #expect(second.found.removed == 7)
            #expect(second.found.changed == 7)
            #expect(second.found.added == 7)
            #expect(second.found.unchanged == 686)
            #expect(test.output.contains("700 distinct packages"))
            #expect(test.output.contains("The catalog equals the source: none missing"))
        }
    }
}
