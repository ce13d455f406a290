internal import ArgumentParser

/// The provider that a command is about.
struct ProviderArgument: ParsableArguments {
    @Argument(help: "The provider's name; `tidemark status` lists them.")
    var name: String
}
