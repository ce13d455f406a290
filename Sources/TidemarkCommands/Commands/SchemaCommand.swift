internal import ArgumentParser

/// `tidemark schema`.
struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print the JSON Schema of the configuration file, for editors.",
        discussion: """
            EXAMPLES
              tidemark schema > tidemark.schema.json

              # then, in the first line of tidemark.yaml:
              # yaml-language-server: $schema=tidemark.schema.json
            """
    )

    func run() {
        Console.current.print(PrettyJSON.text(Configuration.jsonSchema))
    }
}
