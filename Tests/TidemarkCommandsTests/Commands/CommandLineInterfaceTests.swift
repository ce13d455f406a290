import Catalog
import Foundation
import TestSupport
import Testing

@testable import TidemarkCommands

@Suite struct CommandLineInterfaceTests {
    @Test func helpAndVersionAreNoErrors() async {
        let help = await TestConsole.run("cancel", "--help")
        #expect(help.status == 0)
        #expect(help.output.contains("--for"))
        #expect(help.errors.isEmpty)
        #expect(await TestConsole.run("--version").status == 0)
    }

    @Test(arguments: [
        ["nonsense"], ["cancel", "a", "--for", "soon"], ["run", "--cycles", "0"], ["show"], ["sweep", "destroy", "a"],
        ["status", "--log-level", "loud"],
    ])
    func aWrongCommandLineIs2(_ arguments: [String]) async {
        let test = TestConsole()
        let status = await Console.$current.withValue(test.console()) { await CommandLineInterface.run(arguments) }
        #expect(status == 2)
        #expect(test.errors.contains("Usage:"))
        #expect(test.output.isEmpty)
    }

    @Test func aWrongFileIs2WithEveryPlace() async throws {
        try await withTemporaryDirectory { directory in
            let file = directory + "/t.yaml"
            try "redis: {lanes: 0}\nprovider: {}\n".write(toFile: file, atomically: true, encoding: .utf8)
            let (status, output, errors) = await TestConsole.run("check", "-c", file)
            #expect(status == 2)
            #expect(output.isEmpty)
            #expect(
                errors == """
                    \(file):1:16: error: redis.lanes: must be a whole number from 1 to 1024, found `0`
                    \(file):2:1: error: provider: unknown key `provider`
                        did you mean `providers`?
                    2 errors in \(file)

                    """
            )
        }
    }

    @Test func theFileIsNamedByTheEnvironmentToo() async {
        let (status, _, errors) = await TestConsole.run("check", environment: ["TIDEMARK_CONFIG": "/nowhere.yaml"])
        #expect(status == 2)
        #expect(errors.hasPrefix("/nowhere.yaml:1:1: error: there is no such file"))
    }

    @Test func anUnreachableRedisIs5WithItsPlace() async throws {
        try await withTemporaryDirectory { directory in
            let file = directory + "/t.yaml"
            let yaml =
                "redis:\n  url: redis+unix://\(directory)/none.sock\nproviders: {a: {source: {exec: {command: [a]}}}}"
            try yaml.write(toFile: file, atomically: true, encoding: .utf8)
            let (status, _, errors) = await TestConsole.run("status", "-c", file)
            #expect(status == 5)
            #expect(errors.contains("error: "))
            #expect(errors.contains("where: \(file):2:8 (redis.url)"))
            #expect(errors.contains("to do: start Redis"))
            let flag = await TestConsole.run("status", "--redis-url", "redis+unix://\(directory)/none.sock")
            #expect(flag.status == 5)
            #expect(flag.errors.contains("where: --redis-url"))
        }
    }

    @Test func withoutAPrivateRedisItSaysHowToNameOne() async throws {
        try await withTemporaryDirectory { directory in
            let file = directory + "/t.yaml"
            try "providers: {a: {source: {exec: {command: [a]}}}}".write(
                toFile: file,
                atomically: true,
                encoding: .utf8
            )
            let (status, _, errors) = await TestConsole.run("status", "-c", file)
            #expect(status == 5)
            #expect(errors.contains("no `tidemark run` with a private Redis is running"))
            #expect(errors.contains("where: \(directory)/tidemark-data/redis"))
        }
    }

    @Test func theSchemaIsPrinted() async throws {
        let (status, output, _) = await TestConsole.run("schema")
        #expect(status == 0)
        #expect(try JSON(parsing: output) == Configuration.jsonSchema)
    }
}
