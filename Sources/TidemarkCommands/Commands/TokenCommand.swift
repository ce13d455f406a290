internal import Administration
internal import ArgumentParser
internal import Catalog

/// `tidemark token`.
struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Make tokens for the HTTP API.",
        discussion: """
            EXAMPLES
              tidemark token create --scope read --name grafana
            """,
        subcommands: [TokenCreateCommand.self]
    )
}

/// `tidemark token create`.
struct TokenCreateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make a token: it is printed once, and its hash belongs into the configuration.",
        discussion: """
            A token is 32 random bytes. Only its SHA-256 is kept, in http.tokens: whoever reads the configuration cannot ask
            with it. Requests carry the token in Authorization: Bearer, never in a URL. To take it back, remove the entry.

            EXAMPLES
              tidemark token create --scope read --name grafana
              tidemark token create --scope manage --json
            """
    )

    @Option(help: "read: to look; manage: to look and to act.")
    var scope: Scope
    @Option(help: "For whom it is; the log of changes names it.")
    var name = "operator"
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard ProviderName.isValid(name) else {
            throw ValidationError("--name: letters, digits, dots, dashes and underscores, a letter or digit first")
        }
    }

    func run() {
        let token = AccessToken.generate()
        Console.current.show(
            NewToken(text: token.text, name: name, scope: scope, sha256: token.sha256),
            asJSON: output.json
        )
    }
}

extension Scope: ExpressibleByArgument {}
