import Catalog
import Logging
import Testing

@testable import TidemarkCommands

@Suite struct TidemarkLogHandlerTests {
    @Test("Known secrets reach no log line, whatever quotes them", arguments: [LogFormat.text, .json])
    func secretsAreLeftOut(_ format: LogFormat) {
        let test = TestConsole()
        var logger = Logger.tidemark(
            level: .info,
            format: format,
            redactor: Redactor(["t0ken-1", "t0ken-12"]),
            console: test.console()
        )
        logger[metadataKey: "url"] = "https://x?key=t0ken-1"
        logger.info("sent t0ken-12", metadata: ["list": ["t0ken-1", "b"], "provider.name": "a"])
        logger.debug("not this")
        #expect(!test.errors.contains("t0ken"))
        #expect(test.errors.contains("sent ***"))
        #expect(test.errors.contains("provider.name"))
        #expect(!test.errors.contains("not this"))
        #expect(test.errors.split(separator: "\n").count == 1)
    }
}
