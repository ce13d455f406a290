import Administration
import Catalog
import Foundation
import Testing

@testable import TidemarkCommands

@Suite struct TokenCommandTests {
    @Test("a token is printed once, with what belongs into the configuration: what is printed is accepted there")
    func create() async throws {
        let (status, output, _) = await TestConsole.run("token", "create", "--scope", "manage", "--name", "ops")
        #expect(status == 0)
        let parts = output.components(separatedBy: "\n\n")
        let token = try #require(parts.first)
        #expect(token.wholeMatch(of: /tidemark_[0-9a-f]{64}/) != nil)
        let yaml = try #require(parts.last)
        #expect(!yaml.contains(token))
        let configuration = try Configuration.parse(
            yaml + "providers: { a: { source: { exec: { command: [x] } } } }",
            file: "t",
            environment: [:],
            readFile: { _ in "" }
        )
        #expect(configuration.http?.tokens.map(\.name) == ["ops"] && configuration.http?.tokens.first?.scope == .manage)
    }

    @Test func json() async throws {
        let (_, output, _) = await TestConsole.run("token", "create", "--scope", "read", "--json")
        let json = try JSON(parsing: output)
        #expect(json["scope"] == "read" && json["name"] == "operator" && json["sha256"]?.string?.count == 64)
        #expect(json["token"]?.string?.hasPrefix("tidemark_") == true)
    }

    @Test(arguments: [["--scope", "write"], [], ["--scope", "read", "--name", "a b"]])
    func wrong(_ options: [String]) async {
        let test = TestConsole()
        let status = await Console.$current.withValue(test.console()) {
            await CommandLineInterface.run(["token", "create"] + options)
        }
        #expect(status == 2)
    }
}
