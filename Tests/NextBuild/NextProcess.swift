import Catalog
import Glibc
import TidemarkCommands

/// Tidemark as its next build might be: it stores jobs of the next version, publishes entries of the next version, and knows the
/// next layout. What is in them is as it is today.
@main
struct NextProcess {
    static func main() async {
        CommandLineInterface.prepareProcess()
        var versions = FormatVersions.current
        versions.jobs += 1
        versions.entries += 1
        versions.layout += 1
        let status = await FormatVersions.$known.withValue(versions) {
            await CommandLineInterface.run(Array(CommandLine.arguments.dropFirst()))
        }
        exit(status)
    }
}
