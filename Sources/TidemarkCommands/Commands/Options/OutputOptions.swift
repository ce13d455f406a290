internal import ArgumentParser

/// What commands take that print a table.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Print JSON in place of a table.")
    var json = false
}
