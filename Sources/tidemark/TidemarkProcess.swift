internal import Glibc
internal import TidemarkCommands

/// The process: everything is in TidemarkCommands, where it can be tested.
@main
struct TidemarkProcess {
    static func main() async {
        CommandLineInterface.prepareProcess()
        exit(await CommandLineInterface.run(Array(CommandLine.arguments.dropFirst())))
    }
}
